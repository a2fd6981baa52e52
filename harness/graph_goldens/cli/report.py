"""`goldens report`."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from graph_goldens.cli import options
from graph_goldens.cli.project import open_project
from graph_goldens.cli.report_output import Output, Written, choose_format, write_report
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project
from graph_goldens.goldens.archive import is_archive, unpack_goldens
from graph_goldens.report.build import report_history, report_runs
from graph_goldens.report.build_change import report_change
from graph_goldens.report.formats.markdown import LIMIT
from graph_goldens.report.formats.table import Format
from graph_goldens.report.model import Report
from graph_goldens.report.named_runs import find_runs, names_a_run
from graph_goldens.report.upstream import find_upstream
from graph_goldens.runs.selection import Selection

LEAST = 4_000

What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="RUN|CASE",
        show_default=False,
        help="Runs, each a file or a version that was checked, such as 2.15.0; the last run if none. "
        "Cases, packs, or patterns of either; all if none.",
    ),
]
OfHistory = Annotated[
    bool, typer.Option("--history", help="Report how the goldens changed from version to version.")
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        metavar="DIR|ARCHIVE",
        help="Report how the goldens differ from those of another folder, or of a .tar.gz of one.",
    ),
]
Limit = Annotated[
    int, typer.Option("--limit", min=LEAST, metavar="BYTES", help="Most bytes of a report in Markdown.")
]


PyTorchClone = Annotated[
    Path | None,
    typer.Option(
        "--pytorch",
        metavar="CLONE",
        help="A clone of PyTorch, to list the commits between two builds that touch what changed.",
    ),
]


def report(
    *,
    what: What = None,
    path: options.Paths = None,
    history: OfHistory = False,
    against: Against = None,
    written: Written = None,
    file: Output = None,
    limit: Limit = LIMIT,
    pytorch: PyTorchClone = None,
    places: options.Places,
) -> int:
    """Report what the last check found, or how goldens changed. Captures nothing and needs no PyTorch.

    Example: goldens report 2.14.1 2.15.0 --output report.html
    """
    project = open_project(places)
    runs = [word for word in what or () if names_a_run(project, word)]
    selectors = [word for word in what or () if not names_a_run(project, word)]
    if history + bool(against) + bool(runs) > 1:
        raise UserError("a report is of runs, of --history or of what differs --against a folder: give one")
    wanted = choose_format(written, file) or Format.MARKDOWN
    with ExitStack() as unpacked:
        if against and is_archive(against):
            against = unpacked.enter_context(unpack_goldens(against))
        if is_archive(project.snapshots):
            folder = unpacked.enter_context(unpack_goldens(project.snapshots))
            project = replace(project, root=folder.parent, snapshots=folder)
        made = _make_report(project, runs, Selection(selectors, path or ()), against, history=history)
    made = find_upstream(made, pytorch) if pytorch else made
    write_report(made, wanted, file, limit)
    return 0


def _make_report(
    project: Project, runs: Sequence[str], selection: Selection, against: Path | None, *, history: bool
) -> Report:
    if history:
        return report_history(project, selection)
    if against:
        return report_change(project, against, selection)
    return report_runs(project, find_runs(project, runs), selection)
