"""Where a project's goldens are opened."""

from graph_goldens.gate.project import Project
from graph_goldens.goldens.store import Goldens


def open_goldens(project: Project) -> Goldens:
    """Open the goldens of a project."""
    return Goldens(project.snapshots, project.supported)
