"""Removal of layers that nobody uses any longer, and of what is known of how requirements were resolved."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from graph_goldens.environments.environment_places import EnvironmentPlace, list_places
from graph_goldens.environments.environment_removal import remove_environment
from graph_goldens.errors import ToolError, UserError

LAYER_MARK = "-with-"
"""What stands in a layer's name between its base's and the digest of what it holds."""

RESOLVED = "requirements"
"""The folder that keeps how requirements were resolved."""

MOST_LAYERS = 20
_SECONDS_UNUSED = 30 * 24 * 3600.0


def drop_old_layers(folder: Path, progress: Callable[[str], None]) -> None:
    """Remove the layers that no command used for a month, and all but the twenty used last; none in use.

    A command that needs one of them makes it again. Environments that hold a PyTorch stay. What cannot be
    removed stays too, and fails nothing: whoever made a layer has it.

    Args:
        folder: the working folder.
        progress: hears which are removed, and why others cannot be.
    """
    oldest = time.time() - _SECONDS_UNUSED
    layers = (place for place in list_places(folder) if LAYER_MARK in place.name)
    for rank, place in enumerate(sorted(layers, key=_read_last_use, reverse=True)):
        if rank >= MOST_LAYERS or _read_last_use(place) < oldest:
            _drop_layer(place, folder, progress)
    for file in _list_unused(folder / RESOLVED, oldest):
        with suppress(OSError):  # it is small, and tried again when the next layer is made
            file.unlink()


def _drop_layer(place: EnvironmentPlace, folder: Path, progress: Callable[[str], None]) -> None:
    """Remove a layer where that can be done; one in use, or gone meanwhile, is not spoken of."""
    try:
        with suppress(UserError):
            remove_environment(place.name, folder, progress)
            progress(f"removed {place.name}, which was not used for long; it is made again when it is")
    except ToolError as error:
        progress(f"a layer that was not used for long stays: {error}")


def _read_last_use(place: EnvironmentPlace) -> float:
    """Read when an environment was last used: whoever does touches the lock that its users share."""
    return max((_read_time(path) for path in (place.users, place.path)), default=0.0)


def _read_time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _list_unused(folder: Path, oldest: float) -> Iterator[Path]:
    yield from (file for file in folder.glob("*.json") if _read_time(file) < oldest)
