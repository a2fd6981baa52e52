"""Remove environments that were made: never one that is in use, never half of one."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_places import (
    EnvironmentPlace,
    find_place,
    list_drafts,
    list_places,
    list_removed,
)
from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import explain_os_error
from graph_goldens.locks import hold_lock, hold_unshared, share_lock


class _BusyError(Exception):
    """Another process holds the lock."""


@contextmanager
def use_environment(environment: Environment, folder: Path) -> Iterator[None]:
    """Keep an environment from being removed while this process is in the block.

    Environments outside the working folder are never removed, so nothing is locked for them.

    Raises:
        ToolError: it was just removed.
    """
    place = _find_place_of(environment, folder)
    if place is None:
        yield
        return
    with share_lock(place.users):
        if not place.python.exists():
            raise ToolError(f"the environment {place.name} was just removed; run the command again")
        with suppress(OSError):  # only the order in which layers are dropped suffers
            os.utime(place.users)
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
    known = [place.name for place in list_places(folder)]
    if name not in known:
        raise UserError(f"there is no environment {name}; there are: {', '.join(known) or 'none'}")
    place = find_place(name, folder)
    with (
        explain_os_error(f"remove the environment {name}"),
        hold_lock(place.lock, lambda: progress(f"waiting for another command that makes {name}")),
        hold_unshared(place.users, lambda: _say_in_use(place)),
        suppress(FileNotFoundError),  # another command removed it
    ):
        _delete(place.removed)
        place.path.rename(place.removed)
        _delete(place.removed)
    remove_leftovers(folder)


def remove_leftovers(folder: Path) -> None:
    """Remove what was left by commands that were killed while they made or removed an environment."""
    for place in list_drafts(folder):
        with suppress(_BusyError), hold_lock(place.lock, _raise_busy):
            _delete(place.draft)
    for place in list_removed(folder):
        _delete(place.removed)


def _find_place_of(environment: Environment, folder: Path) -> EnvironmentPlace | None:
    return next((place for place in list_places(folder) if place.python == environment.python), None)


def _say_in_use(place: EnvironmentPlace) -> None:
    raise UserError(f"the environment {place.name} is in use by another command; wait until it ends")


def _delete(path: Path) -> None:
    """Delete a folder, or the link to one; another process may be deleting it too."""
    if path.is_symlink():
        path.unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)


def _raise_busy() -> None:
    raise _BusyError
