"""Make environments with uv, each complete or not at all."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from graph_goldens.environments.builds import Build
from graph_goldens.environments.environment import Environment, describe, recall
from graph_goldens.environments.environment_places import EnvironmentPlace, find_place
from graph_goldens.environments.uv_command import list_pip_arguments
from graph_goldens.environments.uv_run import (
    Progress,
    RefusedEnvironmentError,
    UvError,
    make_uv_log,
    run_uv,
)
from graph_goldens.environments.version_resolution import say_offered
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error
from graph_goldens.locks import hold_lock


def open_environment(build: Build, folder: Path, progress: Progress) -> Environment:
    """Open the environment of a build, and make it first if it is missing or has lost its torch.

    Args:
        build: what it holds.
        folder: the working folder; it keeps environments in `envs`.
        progress: hears in short lines what takes time.

    Raises:
        RefusedEnvironmentError: what it is to hold is not offered, or no index can be reached.
        ToolError: it cannot be made.
    """
    return open_place(
        find_place(build.name, folder),
        folder.resolve(),
        progress,
        lambda draft: _fill(draft, build, folder.resolve(), progress),
    )


def open_place(
    place: EnvironmentPlace, folder: Path, progress: Progress, fill: Callable[[Path], None]
) -> Environment:
    """Open the environment of a place, and make it first if it is missing or has lost its torch.

    Args:
        place: where it is kept.
        folder: the working folder, absolute.
        progress: hears in short lines what takes time.
        fill: makes the environment in a folder that is not there yet.

    Raises:
        ToolError: it cannot be made.
    """
    known = recall(place.python, folder)
    if known is not None:
        return known
    with (
        explain_os_error(f"make the environment {place.name}"),
        hold_lock(place.lock, lambda: progress(f"waiting for another command that makes {place.name}")),
    ):
        return _find_sound(place, folder) or _make(place, folder, progress, fill)


def _find_sound(place: EnvironmentPlace, folder: Path) -> Environment | None:
    """Describe the environment in a place; None where there is none or it is broken."""
    if not place.python.exists():
        return None
    try:
        return describe(place.python, folder)
    except ToolError:
        return None


def _make(
    place: EnvironmentPlace, folder: Path, progress: Progress, fill: Callable[[Path], None]
) -> Environment:
    """Make an environment under another name and rename it when it is complete."""
    progress(f"making the environment {place.name}")
    shutil.rmtree(place.draft, ignore_errors=True)  # another command was killed while it made it
    try:
        fill(place.draft)
        if place.path.exists():
            shutil.rmtree(place.path)
        place.draft.rename(place.path)
    finally:
        shutil.rmtree(place.draft, ignore_errors=True)
    progress(f"importing torch for the first time in {place.name}")
    return describe(place.python, folder)


def _fill(draft: Path, build: Build, folder: Path, progress: Progress) -> None:
    what, log = f"cannot make the environment {build.name}", make_uv_log(folder, build.name)
    python = build.python or sys.executable
    run_uv(
        what, build.indexes, log, progress,
        "venv", "--no-project", "--relocatable", "--python", python, str(draft),
    )  # fmt: skip
    try:
        run_uv(
            what, build.indexes, log, progress,
            "pip", "install", "--python", str(draft / "bin" / "python"), *list_pip_arguments(),
            *build.requirements,
        )  # fmt: skip
    except UvError as error:
        if not error.unmet:
            raise
        raise RefusedEnvironmentError(f"{error}; {say_offered(build)}") from None
