"""`goldens accept` and `goldens reject`."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text

from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output, print_note
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.errors import UserError
from graph_goldens.report.drift_text import print_lines
from graph_goldens.review import decide as gate
from graph_goldens.review.decision_text import encode_decision, format_decision, propose_commit
from graph_goldens.review.find_pending import Choice
from graph_goldens.runs.pending import PendingCluster
from graph_goldens.words import format_count, make_visible

Class = Annotated[
    list[str] | None,
    typer.Option(
        "--all-of",
        metavar="CLASS",
        help="All clusters of a class, such as renamed, or new; may be given again.",
    ),
]
Why = Annotated[
    str, typer.Option("--because", metavar="REASON", show_default=False, help="Why it is rejected.")
]
Undo = Annotated[bool, typer.Option("--undo", help="Offer again what was rejected.")]


def accept(
    *,
    clusters: options.Clusters = None,
    all_of: Class = None,
    torch: options.Runs = None,
    because: options.Because = "",
    as_json: options.AsJson = False,
    places: options.Places,
) -> int:
    """Accept the changes that lead clusters: a golden is written once each of its changes was accepted.

    Where a record has other changes too, what was accepted is remembered until they are. Needs no PyTorch.

    Example: goldens accept 3f2a9c01b7 --because "2.15 adds an alias after detach"
    """
    project, choice = open_project(places), Choice(clusters or (), all_of or (), torch or ())
    decision = gate.accept(project, choice, because, print_note)
    if as_json:
        print_json(encode_decision(decision, project.root))
    else:
        print_lines(make_output(), format_decision(decision, project.root))
        if commit := propose_commit(decision, project.root, project.snapshots, because):
            make_output().print(Text.assemble("commit: ", (make_visible(commit), "bold")), soft_wrap=True)
    return 0


def reject(
    *,
    clusters: options.Clusters = None,
    all_of: Class = None,
    torch: options.Runs = None,
    because: Why = "",
    undo: Undo = False,
    places: options.Places,
) -> int:
    """Offer clusters no longer, until they or their goldens change; a check fails all the same.

    Example: goldens reject 3f2a9c01b7 --because "reported upstream"
    """
    project, choice = open_project(places), Choice(clusters or (), all_of or (), torch or ())
    if undo and (all_of or not clusters):
        raise UserError("--undo takes the names of clusters; `goldens pending --all` lists what was rejected")
    if undo:
        _say("offered again", gate.restore(project, choice.clusters, choice.torch, print_note))
    else:
        _say("rejected", gate.reject(project, choice, because, print_note))
    return 0


def _say(what: str, clusters: list[PendingCluster]) -> None:
    for cluster in clusters:
        counted = format_count(len(cluster.records), "golden")
        words = f"{what} {cluster.fingerprint}: {cluster.label}, {counted}"
        make_output().print(escape(words), soft_wrap=True)
