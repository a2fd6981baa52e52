"""Where a project's goldens are opened."""

from graph_goldens.gate.project import Project
from graph_goldens.goldens.cached_goldens import FixedGoldens
from graph_goldens.goldens.store import Goldens


def open_goldens(project: Project) -> Goldens:
    """Open the goldens of a project."""
    return Goldens(project.snapshots, project.supported)


def open_fixed_goldens(project: Project) -> FixedGoldens:
    """Open the goldens of a project as they are now, for a command that asks for each and writes none."""
    return FixedGoldens(project.snapshots, project.supported)
