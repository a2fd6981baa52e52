"""Which of the versions of which goldens tell a person means."""

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.versions import make_public, parse_version
from graph_goldens.words import join_some


def read_meant_version(text: str, goldens: Goldens) -> Version:
    """Read a version that a person typed; `2.9` means the newest 2.9 that is supported or has an overlay.

    Raises:
        UserError: the text is not a version.
    """
    version = parse_version(text)
    if version.is_prerelease or len(version.release) != 2:
        return version
    releases = [each for each in list_watched_versions(goldens) if not each.is_prerelease]
    return max((each for each in releases if each.release[:2] == version.release), default=version)


def demand_captured(version: Version, goldens: Goldens) -> None:
    """Refuse a version that is neither supported nor has an overlay: older goldens may not hold for it.

    Raises:
        UserError: it is neither.
    """
    watched = list_watched_versions(goldens)
    if make_public(version) not in {make_public(each) for each in watched}:
        known = join_some([str(each) for each in reversed(watched)], 12) or "none yet"
        raise UserError(
            f"nobody captured PyTorch {version}: it is not among the `supported` versions and has no goldens "
            f"of its own; there are {known}. Capture it: goldens check --torch {version}"
        )
