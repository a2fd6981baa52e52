"""`goldens pending`."""

from typing import Annotated

import typer

from graph_goldens.cli import options
from graph_goldens.cli.output import print_lines
from graph_goldens.cli.project import open_project
from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import Project
from graph_goldens.late_parts import load_part
from graph_goldens.runs.nothing_pending import recall_nothing_pending

Everything = Annotated[bool, typer.Option("--all", help="Show what was rejected too.")]


def pending(
    *,
    clusters: options.Clusters = None,
    torch: options.Runs = None,
    everything: Everything = False,
    as_json: options.AsJson = False,
    places: options.Places,
) -> int:
    """List what differs from its golden in the last run of each PyTorch, or show clusters in full.

    Needs no PyTorch: the runs are those that `goldens check` saved.

    Example: goldens pending --json
    """
    project = open_project(places)
    plain = not (clusters or torch or everything or as_json)
    if plain and (known := _recall(project)):
        print_lines([known])
        return 0
    code: int = load_part("what is pending")(project, clusters or (), torch or (), everything, as_json)
    return code


def _recall(project: Project) -> str:
    return recall_nothing_pending(find_home(project), project.snapshots, str(project.policy))
