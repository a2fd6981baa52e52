"""The project that a command works on, with what its options change about it."""

from dataclasses import replace
from pathlib import Path

from graph_goldens.cli.options import LimitOptions, Places
from graph_goldens.gate.project import Project, find_project, parse_size


def open_project(places: Places, limits: LimitOptions | None = None) -> Project:
    """Find the project of the current folder, with what options change about it."""
    project = find_project(Path.cwd(), places.cases, places.snapshots)
    if limits is None:
        return project
    return replace(
        project,
        jobs=limits.jobs or project.jobs,
        timeout=limits.timeout or project.timeout,
        memory=parse_size(limits.memory) if limits.memory else project.memory,
    )
