"""Where a project's goldens are opened, and where its runs and rejections lie."""

import hashlib
from pathlib import Path

from graph_goldens.gate.project import Project
from graph_goldens.goldens.cached_goldens import FixedGoldens
from graph_goldens.goldens.store import Goldens


def open_goldens(project: Project) -> Goldens:
    """Open the goldens of a project."""
    return Goldens(project.snapshots, project.supported)


def open_fixed_goldens(project: Project) -> FixedGoldens:
    """Open the goldens of a project as they are now, for a command that asks for each and writes none."""
    return FixedGoldens(project.snapshots, project.supported)


def find_home(project: Project) -> Path:
    """Find the project's own part of the working folder, where its runs and rejections lie.

    Projects may share a working folder, for its environments: what is pending in one is not in another.
    """
    if all(folder.is_relative_to(project.root) for folder in (project.working, project.cases)):
        return project.working
    digest = hashlib.sha256(f"{project.root}\0{project.cases}".encode()).hexdigest()
    return project.working / "projects" / digest[:12]
