"""Make environments with uv, each whole or not at all, and open those that exist."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import uv

from harness.environments.builds import Build
from harness.environments.environment import Environment, describe, recall
from harness.environments.files import locked, log_file, told_in_a_sentence
from harness.environments.pip_settings import read_pip_config, uv_arguments, uv_variables
from harness.environments.processes import start
from harness.errors import ToolError, UserError

Progress = Callable[[str], None]

_OTHERS = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON", "UV_SYSTEM_PYTHON")
_MARKS = re.compile(r"^[\s\u2500-\u25ff\u00d7]*(?:(?:error|cause|Caused by):\s*)?")  # lines, arrow, cross
_FAILURE = re.compile(r"^\s*(?:error:|\u00d7)")
_PARAGRAPH = re.compile(r"^\s*(?:[\u00d7\u2570\u251c]|error:|cause:|Caused by:)")
_ASIDE = re.compile(r"^\s*(?:hint|help|warning):", re.IGNORECASE)
_CAUSES_SHOWN = 2


def open_environment(build: Build, folder: Path, progress: Progress) -> Environment:
    """Give the environment of a build, made now if it is not there or has lost its torch.

    Args:
        build: what it is to hold.
        folder: the working folder; environments lie in its `envs`.
        progress: told in short lines what goes on, where it takes time.

    Raises:
        ToolError: it cannot be made.
    """
    folder = folder.resolve()
    place = folder / "envs" / build.name
    known = recall(place / "bin" / "python", folder)
    if known is not None:
        return known
    lock = place.with_name(f".{build.name}.lock")
    with (
        told_in_a_sentence(f"make the environment {build.name}"),
        locked(lock, lambda: progress(f"waiting for another command that makes {build.name}")),
    ):
        return _sound(place, folder) or _made(build, place, folder, progress)


def open_interpreter(python: str | Path, folder: Path) -> Environment:
    """Give the environment of an interpreter that exists; nothing is installed into it.

    Raises:
        UserError: there is no such interpreter.
        ToolError: it cannot import torch.
    """
    found = shutil.which(python)
    if found is None:
        raise UserError(f"{python} is not an interpreter that can be run; give the path of a Python")
    return describe(Path(found).absolute(), folder.resolve())


def uv_sentence(output: str) -> str:
    """Give what uv's output says went wrong, in one line."""
    lines = [line for line in output.splitlines() if line.strip() and not _ASIDE.match(line)]
    starts = [number for number, line in enumerate(lines) if _FAILURE.match(line)]
    if not starts:
        return lines[-1].strip() if lines else "it says nothing"
    paragraphs: list[str] = []
    for line in lines[starts[0] :]:
        text = _MARKS.sub("", line).strip()
        if _PARAGRAPH.match(line) or not paragraphs:
            paragraphs.append(text)
        else:
            paragraphs[-1] += " " + text
    return ": ".join(text.rstrip(":.") for text in paragraphs[:_CAUSES_SHOWN])


def _sound(place: Path, folder: Path) -> Environment | None:
    """Give the environment in a place, None where there is none or it is broken."""
    python = place / "bin" / "python"
    if not python.exists():
        return None
    try:
        return describe(python, folder)
    except ToolError:
        return None


def _made(build: Build, place: Path, folder: Path, progress: Progress) -> Environment:
    """Make an environment under another name and give it its own when it is complete."""
    progress(f"making the environment {build.name}")
    draft = place.with_name(f".{build.name}.making")
    shutil.rmtree(draft, ignore_errors=True)  # another command was killed while it made it
    try:
        _fill(draft, build, folder, progress)
        if place.exists():
            shutil.rmtree(place)
        draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    progress(f"importing torch for the first time in {build.name}")
    return describe(place / "bin" / "python", folder)


def _fill(draft: Path, build: Build, folder: Path, progress: Progress) -> None:
    python = build.python or sys.executable
    _uv(build, folder, progress, "venv", "--no-project", "--relocatable", "--python", python, str(draft))
    inside = str(draft / "bin" / "python")
    wanted = [*build.indexes.arguments(), *_pip_arguments(), *build.requirements]
    _uv(build, folder, progress, "pip", "install", "--python", inside, *wanted)


def _uv(build: Build, folder: Path, progress: Progress, *arguments: str) -> None:
    """Run uv; what it says goes to a log and, line by line, to the caller.

    Raises:
        ToolError: uv is missing or fails.
    """
    lines: list[str] = []
    command = [_uv_program(), *arguments]
    log = log_file(folder, f"uv-{build.name}")
    with start(command, _uv_environment(), Path.cwd()) as running, log.open("a") as written:
        assert running.process.stdout is not None
        for raw in running.process.stdout:
            lines.append(raw.decode("utf-8", "replace").rstrip())
            written.write(lines[-1] + "\n")
            progress(lines[-1].strip())
        status = running.wait()
    if status:
        raise ToolError(f"cannot make the environment {build.name}: {uv_sentence(chr(10).join(lines))}")


def _uv_program() -> str:
    try:
        return uv.find_uv_bin()
    except FileNotFoundError:
        raise ToolError("uv's program is missing: pip install --force-reinstall uv") from None


def _uv_environment() -> dict[str, str]:
    """Give uv this process's variables and pip's settings, less what names another environment."""
    kept = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    return {"UV_NO_WRAP": "1", **kept, **uv_variables(os.environ, read_pip_config(os.environ))}


def _pip_arguments() -> list[str]:
    return uv_arguments(os.environ, read_pip_config(os.environ))
