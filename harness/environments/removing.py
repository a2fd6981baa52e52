"""List the environments that were made, and remove them: never one that is in use, never half of one."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from harness.environments.environment import Environment, recall
from harness.environments.files import locked, told_in_a_sentence
from harness.environments.places import Place, drafts, place_of, places, removed
from harness.errors import ToolError, UserError


class _BusyError(Exception):
    """Another process holds the lock."""


@dataclass(frozen=True)
class MadeEnvironment:
    """An environment of the working folder.

    Attributes:
        name: its name.
        path: its folder.
        version: of its PyTorch; None where nobody asked yet or it has changed since.
        size: bytes on the disk.
        freed: bytes that removing it frees; files that uv's cache shares are not counted.
    """

    name: str
    path: Path
    version: Version | None
    size: int
    freed: int


def environments(folder: Path) -> list[MadeEnvironment]:
    """List the environments of a working folder by version, with the size of their files."""
    return sorted((_described(place, folder.resolve()) for place in places(folder)), key=_order)


@contextmanager
def using(environment: Environment, folder: Path) -> Iterator[None]:
    """Keep an environment from being removed while this process is in the block.

    Environments outside the working folder are never removed, so nothing is locked for them.

    Raises:
        ToolError: it was just removed.
    """
    place = _place_of(environment, folder)
    if place is None:
        yield
        return
    with told_in_a_sentence(f"use the environment {place.name}"):
        handle = place.users.open("a")
    with handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        if not place.python.exists():
            raise ToolError(f"the environment {place.name} was just removed; run the command again")
        yield


def remove_environment(name: str, folder: Path, progress: Callable[[str], None]) -> None:
    """Remove an environment, and whatever interrupted commands left beside it.

    It disappears in one step, under the lock of those who make it, so a command that needs it later makes
    it again.

    Args:
        name: its name.
        folder: the working folder.
        progress: hears when another command makes it.

    Raises:
        UserError: there is no such environment, or a command uses it.
        ToolError: the file system refuses.
    """
    known = [place.name for place in places(folder)]
    if name not in known:
        raise UserError(f"there is no environment {name}; there are: {', '.join(known) or 'none'}")
    place = place_of(name, folder)
    with (
        told_in_a_sentence(f"remove the environment {name}"),
        locked(place.lock, lambda: progress(f"waiting for another command that makes {name}")),
        _unused(place),
        suppress(FileNotFoundError),  # another command removed it
    ):
        _delete(place.removed)
        place.path.rename(place.removed)
        _delete(place.removed)
    remove_leftovers(folder)


def remove_leftovers(folder: Path) -> None:
    """Remove what was left by commands that were killed while they made or removed an environment."""
    for place in drafts(folder):
        with suppress(_BusyError), locked(place.lock, _busy):
            _delete(place.draft)
    for place in removed(folder):
        _delete(place.removed)


def _described(place: Place, folder: Path) -> MadeEnvironment:
    known = recall(place.python, folder)
    size, freed = _bytes(place.path)
    return MadeEnvironment(place.name, place.path, known.version if known else None, size, freed)


def _bytes(folder: Path) -> tuple[int, int]:
    """Count the bytes that a folder's files take on the disk, and those that no file elsewhere shares."""
    size = freed = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # it is being removed
                status = (Path(root) / name).lstat()
                size += status.st_blocks * 512
                freed += status.st_blocks * 512 if status.st_nlink == 1 else 0
    return size, freed


def _order(made: MadeEnvironment) -> tuple[Version, str]:
    return made.version or Version("0"), made.name


def _place_of(environment: Environment, folder: Path) -> Place | None:
    return next((place for place in places(folder) if place.python == environment.python), None)


@contextmanager
def _unused(place: Place) -> Iterator[None]:
    """Keep other commands from using an environment.

    Raises:
        UserError: a command uses the environment.
    """
    with place.users.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"the environment {place.name} is in use by another command; wait until it ends"
            ) from None
        yield


def _delete(path: Path) -> None:
    """Delete a folder, or the link to one; another process may be deleting it too."""
    if path.is_symlink():
        path.unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)


def _busy() -> None:
    raise _BusyError
