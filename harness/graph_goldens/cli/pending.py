"""`goldens pending`, `goldens accept` and `goldens reject`."""

import json
from typing import Annotated

import typer
from rich.markup import escape

from graph_goldens.cli import options
from graph_goldens.cli.project import make_output, make_progress_output, open_project
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project
from graph_goldens.report.cluster_text import Commands, show_pending, show_pending_cluster
from graph_goldens.review import decide as gate
from graph_goldens.review.decide import Accepted
from graph_goldens.review.find_pending import Choice, choose, find_pending
from graph_goldens.review.pending_json import encode_cluster, encode_pending
from graph_goldens.runs.pending import PendingCluster
from graph_goldens.words import format_count

Clusters = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CLUSTER...", show_default=False, help="Names of clusters, or the beginnings of some."
    ),
]
Class = Annotated[
    list[str] | None,
    typer.Option(
        "--all-of",
        metavar="CLASS",
        help="All clusters of a class, such as renamed, or new; may be given again.",
    ),
]
Runs = Annotated[
    list[str] | None,
    typer.Option("--torch", metavar="VERSION", help="Only the run of this PyTorch; may be given again."),
]
Everything = Annotated[bool, typer.Option("--all", help="Show what was rejected too.")]
Why = Annotated[
    str, typer.Option("--because", metavar="REASON", show_default=False, help="Why it is rejected.")
]
Undo = Annotated[bool, typer.Option("--undo", help="Offer again what was rejected.")]


def pending(
    clusters: Clusters = None,
    torch: Runs = None,
    everything: Everything = False,
    as_json: options.AsJson = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
) -> int:
    """List what differs from its golden in the last run of each PyTorch, or show clusters in full.

    Needs no PyTorch: the runs are those that `goldens check` saved.

    Example: goldens pending --json
    """
    project = open_project(cases, snapshots)
    found = find_pending(project, torch or ())
    chosen = choose(found, Choice(clusters)) if clusters else None
    console, commands = make_output(), Commands(" ".join(f"--torch {version}" for version in torch or ()))
    if as_json:
        shown = encode_pending(found, project.root) if chosen is None else _encode_full(chosen, project)
        console.out(json.dumps(shown, indent=1, ensure_ascii=False))
    elif chosen is None:
        show_pending(console, found, commands, rejected=everything)
    else:
        for cluster in chosen:
            show_pending_cluster(console, cluster, commands)
    return 0


def accept(
    clusters: Clusters = None,
    all_of: Class = None,
    torch: Runs = None,
    because: options.Because = "",
    as_json: options.AsJson = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
) -> int:
    """Make the records of pending clusters goldens: of each PyTorch whose run has them. Needs no PyTorch.

    Example: goldens accept 3f2a9c01b7 --because "2.15 adds an alias after detach"
    """
    project, choice = open_project(cases, snapshots), Choice(clusters or (), all_of or (), torch or ())
    written = gate.accept(project, choice, because, _tell)
    console = make_output()
    if as_json:
        console.out(json.dumps([_encode_accepted(each, project) for each in written], indent=1))
        return 0
    for each in written:
        console.print(f"~ {escape(_format_file(each, project))}", style="green", soft_wrap=True)
    console.print(f"wrote {format_count(len(written), 'golden')}")
    return 0


def reject(
    clusters: Clusters = None,
    all_of: Class = None,
    torch: Runs = None,
    because: Why = "",
    undo: Undo = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
) -> int:
    """Offer clusters no longer, until they or their goldens change; a check fails all the same.

    Example: goldens reject 3f2a9c01b7 --because "reported upstream"
    """
    project, choice = open_project(cases, snapshots), Choice(clusters or (), all_of or (), torch or ())
    if undo and (all_of or not clusters):
        raise UserError("--undo takes the names of clusters; `goldens pending --all` lists what was rejected")
    if undo:
        _say("offered again", gate.restore(project, choice.clusters, choice.torch, _tell))
    else:
        _say("rejected", gate.reject(project, choice, because, _tell))
    return 0


def _say(what: str, clusters: list[PendingCluster]) -> None:
    for cluster in clusters:
        counted = format_count(len(cluster.records), "golden")
        make_output().print(f"{what} {cluster.fingerprint}: {cluster.label}, {counted}", soft_wrap=True)


def _tell(sentence: str) -> None:
    make_progress_output().print(escape(sentence), style="dim", soft_wrap=True)


def _encode_full(clusters: list[PendingCluster], project: Project) -> object:
    return [encode_cluster(cluster, project.root, texts=True) for cluster in clusters]


def _encode_accepted(accepted: Accepted, project: Project) -> dict[str, object]:
    case, path = accepted.record.key
    return {
        "case": case,
        "path": path,
        "torch": accepted.record.torch,
        "golden": _format_file(accepted, project),
        "fingerprint": accepted.record.fingerprint,
    }


def _format_file(accepted: Accepted, project: Project) -> str:
    file = accepted.change.file
    return str(file.relative_to(project.root)) if file.is_relative_to(project.root) else str(file)
