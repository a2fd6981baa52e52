"""`goldens triage`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output, print_note
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.errors import UserError
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.report.known_text import describe_decision, encode_known
from graph_goldens.review import prune_known as pruning
from graph_goldens.review import triage as deciding
from graph_goldens.review.find_pending import Choice
from graph_goldens.runs.selection import Selection
from graph_goldens.words import format_count, make_visible

What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CLUSTER|CASE",
        show_default=False,
        help="Names of clusters, or the beginnings of some; with --not-reproducible, cases.",
    ),
]
Because = Annotated[
    str,
    typer.Option("--because", metavar="REASON", show_default=False, help="Why it is known and not accepted."),
]
Issue = Annotated[
    str, typer.Option("--issue", metavar="URL", show_default=False, help="Where it was reported.")
]
Until = Annotated[
    str,
    typer.Option(
        "--until", metavar="DATE", show_default=False, help="The last day on which it is known: 2027-01-31."
    ),
]
Owner = Annotated[str, typer.Option("--owner", metavar="NAME", show_default=False, help="Who sees to it.")]
NotReproducible = Annotated[
    bool,
    typer.Option("--not-reproducible", help="The cases come out differently each time, on purpose."),
]
Prune = Annotated[bool, typer.Option("--prune", help="Take out what the saved runs show to be gone.")]
Remove = Annotated[
    list[str] | None,
    typer.Option("--remove", metavar="NAME", help="Remove a decision; may be given again."),
]


def triage(
    *,
    what: What = None,
    path: options.Paths = None,
    torch: options.Runs = None,
    because: Because = "",
    issue: Issue = "",
    until: Until = "",
    owner: Owner = "",
    not_reproducible: NotReproducible = False,
    prune: Prune = False,
    remove: Remove = None,
    as_json: options.AsJson = False,
    places: options.Places,
) -> int:
    """Say that drift is known: everybody's checks count it apart and pass, until a day if one is given.

    One small file for each decision below snapshots/known/ holds it. Needs no PyTorch.

    Example: goldens triage 3f2a --because "regression, reported" --until 2027-01-31 --owner ada
    """
    if (bool(what) + prune + bool(remove)) != 1:
        raise UserError("give clusters (or cases and --not-reproducible), --prune, or --remove: one of them")
    if (prune or remove) and (not_reproducible or because or issue or until or owner):
        raise UserError(
            "--prune and --remove take decisions out, and what else is given says something of a new one; "
            "leave it out"
        )
    if path and not not_reproducible:
        raise UserError("--path goes with --not-reproducible; a cluster names the tracing paths itself")
    project = open_project(places)
    reason = deciding.TriageReason(because, issue, owner, deciding.read_day(until))
    if prune:
        done, said = pruning.prune_known(project, torch or (), print_note), "took out what is gone of"
    elif remove:
        done, said = pruning.remove_named(project, remove, print_note), "removed"
    elif not_reproducible:
        selection = Selection(tuple(what or ()), tuple(path or ()))
        done, said = deciding.triage_unstable(project, selection, torch or (), reason, print_note), "wrote"
    else:
        choice = Choice(what or (), (), torch or ())
        done, said = deciding.triage(project, choice, reason, print_note), "wrote"
    _show(done, said, project.root, as_json=as_json)
    return 0


def _show(done: list[KnownDrift], said: str, root: Path, *, as_json: bool) -> None:
    if as_json:
        print_json([encode_known(each) for each in done])
        return
    console = make_output()
    for each in done:
        file = each.file.relative_to(root) if each.file and each.file.is_relative_to(root) else each.file
        records = format_count(len(each.records), "record")
        line = f"{said} {file}: {records} of torch {each.versions}, {describe_decision(each)}"
        console.print(escape(make_visible(line)), soft_wrap=True)
    if not done:
        console.print("every decision shows in the saved runs, or they do not tell; nothing is gone")
