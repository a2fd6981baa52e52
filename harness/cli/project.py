"""From options to what the gate is asked for."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from harness.environments import release
from harness.gate.gate import Request
from harness.gate.settings import Project, find_project
from harness.runs.selection import Selection


def open_project(
    cases: Path | None, snapshots: Path | None, jobs: int | None = None, timeout: float | None = None
) -> Project:
    """Find the project of the current folder, with what options change about it."""
    project = find_project(Path.cwd(), cases, snapshots)
    return replace(project, jobs=jobs or project.jobs, timeout=timeout or project.timeout)


def make_request(
    project: Project,
    torch: str,
    selectors: Sequence[str] | None,
    paths: Sequence[str] | None,
    because: str = "",
) -> Request:
    """Say what is asked for."""
    build = release(torch or str(project.default))
    return Request(project, build, Selection(tuple(selectors or ()), tuple(paths or ())), because)


def output() -> Console:
    """Give the console for what was asked for."""
    return Console(highlight=False)


def progress_output() -> Console:
    """Give the console for what goes on."""
    return Console(stderr=True, highlight=False)
