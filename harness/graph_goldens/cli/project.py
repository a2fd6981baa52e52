"""The project that a command works on."""

from pathlib import Path

from graph_goldens.cli.options import Places
from graph_goldens.gate.project import Project, find_project


def open_project(places: Places) -> Project:
    """Find the project of the current folder, with the folders that options name instead of its own."""
    return find_project(Path.cwd(), places.cases, places.snapshots)
