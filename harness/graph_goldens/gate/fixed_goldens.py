"""Where a project's goldens are opened for a command that asks for each and writes none."""

from graph_goldens.gate.project import Project
from graph_goldens.goldens.cached_goldens import FixedGoldens


def open_fixed_goldens(project: Project) -> FixedGoldens:
    """Open the goldens of a project as they are now."""
    return FixedGoldens(project.snapshots, project.supported)
