"""Make environments with uv, each complete or not at all."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from graph_goldens.environments.builds import Build
from graph_goldens.environments.environment import Environment, describe, recall
from graph_goldens.environments.environment_places import EnvironmentPlace, find_place
from graph_goldens.environments.logs import make_log
from graph_goldens.environments.processes import start
from graph_goldens.environments.uv_command import (
    compose_uv_environment,
    find_uv,
    list_pip_arguments,
    summarise_uv_output,
)
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error
from graph_goldens.locks import hold_lock

Progress = Callable[[str], None]


def open_environment(build: Build, folder: Path, progress: Progress) -> Environment:
    """Open the environment of a build, and make it first if it is missing or has lost its torch.

    Args:
        build: what it holds.
        folder: the working folder; it keeps environments in `envs`.
        progress: hears in short lines what takes time.

    Raises:
        ToolError: it cannot be made.
    """
    folder = folder.resolve()
    place = find_place(build.name, folder)
    known = recall(place.python, folder)
    if known is not None:
        return known
    with (
        explain_os_error(f"make the environment {build.name}"),
        hold_lock(place.lock, lambda: progress(f"waiting for another command that makes {build.name}")),
    ):
        return _find_sound(place, folder) or _make(build, place, folder, progress)


def _find_sound(place: EnvironmentPlace, folder: Path) -> Environment | None:
    """Describe the environment in a place; None where there is none or it is broken."""
    if not place.python.exists():
        return None
    try:
        return describe(place.python, folder)
    except ToolError:
        return None


def _make(build: Build, place: EnvironmentPlace, folder: Path, progress: Progress) -> Environment:
    """Make an environment under another name and rename it when it is complete."""
    progress(f"making the environment {build.name}")
    shutil.rmtree(place.draft, ignore_errors=True)  # another command was killed while it made it
    try:
        _fill(place.draft, build, folder, progress)
        if place.path.exists():
            shutil.rmtree(place.path)
        place.draft.rename(place.path)
    finally:
        shutil.rmtree(place.draft, ignore_errors=True)
    progress(f"importing torch for the first time in {build.name}")
    return describe(place.python, folder)


def _fill(draft: Path, build: Build, folder: Path, progress: Progress) -> None:
    python = build.python or sys.executable
    _run_uv(build, folder, progress, "venv", "--no-project", "--relocatable", "--python", python, str(draft))
    inside = str(draft / "bin" / "python")
    _run_uv(
        build,
        folder,
        progress,
        "pip",
        "install",
        "--python",
        inside,
        *list_pip_arguments(),
        *build.requirements,
    )


def _run_uv(build: Build, folder: Path, progress: Progress, *arguments: str) -> None:
    """Run uv; its output goes to a log and, line by line, to the caller.

    Raises:
        ToolError: uv is missing or fails.
    """
    lines: list[str] = []
    command = [find_uv(), *arguments]
    log = make_log(folder, f"uv-{build.name}")
    with (
        start(command, compose_uv_environment(build.indexes), Path.cwd()) as running,
        log.open("a") as written,
    ):
        assert running.process.stdout is not None
        for raw in running.process.stdout:
            lines.append(raw.decode("utf-8", "replace").rstrip())
            written.write(lines[-1] + "\n")
            progress(lines[-1].strip())
        status = running.wait()
    if status:
        raise ToolError(
            f"cannot make the environment {build.name}: {summarise_uv_output(chr(10).join(lines))}"
        )
