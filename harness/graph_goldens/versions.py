"""PyTorch versions on the host: how to read and order them, and the overlay folders named after them."""

from collections.abc import Iterable
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from graph_goldens.errors import UserError

OVERLAY_PREFIX = "torch-"


def parse_version(text: str) -> Version:
    """Read a PyTorch version such as `2.13.0`, `2.13.0+cu132` or `2.15.0.dev20260901`.

    Raises:
        UserError: the text is not a version.
    """
    try:
        return Version(text)
    except InvalidVersion:
        raise UserError(
            f"{text!r} is not a PyTorch version; give one such as 2.13.0 or 2.15.0.dev20260901"
        ) from None


@lru_cache(maxsize=1024)
def make_public(version: Version) -> Version:
    """Drop the local part and spell the release in three numbers, as PyTorch does.

    `2.13.0+cpu` and `2.13.0+cu132` share goldens, and `2.13` means `2.13.0`.
    """
    epoch = f"{version.epoch}!" if version.epoch else ""
    suffix = version.public.removeprefix(version.base_version)
    return Version(epoch + ".".join(map(str, _pad_to_three(version.release))) + suffix)


def means_version(named: Version, own: Version) -> bool:
    """Whether a version that a person named means a build: one without a local part means any build of it."""
    return own == named or (not named.local and make_public(own) == make_public(named))


@lru_cache(maxsize=1024)
def name_overlay(version: Version) -> str:
    """Name the folder of the goldens that first held at a version, such as `torch-2.13.0`."""
    return f"{OVERLAY_PREFIX}{make_public(version)}"


@lru_cache(maxsize=1024)
def read_overlay_version(name: str) -> Version | None:
    """Read the version from an overlay folder's name; None where it is not spelled as such a name is."""
    try:
        version = Version(name.removeprefix(OVERLAY_PREFIX))
    except InvalidVersion:
        return None
    return version if name_overlay(version) == name else None


def find_newest_not_after(versions: Iterable[Version], version: Version) -> Version | None:
    """Find the newest of some versions that is not newer than one; local parts are ignored."""
    limit = make_public(version)
    return max((other for other in versions if make_public(other) <= limit), default=None)


def find_oldest_after(versions: Iterable[Version], version: Version) -> Version | None:
    """Find the oldest of some versions that is newer than one; local parts are ignored."""
    limit = make_public(version)
    return min((other for other in versions if make_public(other) > limit), default=None)


def _pad_to_three(release: tuple[int, ...]) -> tuple[int, ...]:
    padded = release + (0,) * (3 - len(release))
    while len(padded) > 3 and padded[-1] == 0:
        padded = padded[:-1]
    return padded
