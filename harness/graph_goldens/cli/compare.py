"""`goldens compare`."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output, make_progress_output
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.report_output import Output, Written, choose_format, write_report
from graph_goldens.cli.requests import Asked, make_requests
from graph_goldens.drift.classes import Severity
from graph_goldens.errors import UserError
from graph_goldens.gate.compare_builds import Side, compare_sides
from graph_goldens.gate.request import Request
from graph_goldens.report.build_comparison import report_comparison, show_build_comparison
from graph_goldens.report.formats.table import Format
from graph_goldens.report.named_runs import find_runs
from graph_goldens.runs.run import Run

SIDES = 2

SavedRuns = Annotated[
    list[str] | None,
    typer.Option(
        "--run",
        metavar="RUN",
        help="A saved run instead of a build: a file, or a version that was checked; may be given again.",
    ),
]


def compare(
    chosen: capture_options.Chosen,
    where: capture_options.Where,
    *,
    run: SavedRuns = None,
    fail_on: capture_options.FailOn = Severity.COSMETIC,
    written: Written = None,
    file: Output = None,
    reuse: capture_options.Reuse,
    limits: capture_options.LimitOptions,
    shown: capture_options.Shown,
    places: options.Places,
) -> int:
    """Capture the same cases under two builds and show what differs; no golden is read or written.

    The one before is the first of saved runs, then of versions, wheels and interpreters as they are given. It
    ends as a check does: 0 same, 1 semantic drift, 3 cosmetic drift only, 4 records of one build alone.

    Example: goldens compare torchbind --torch 2.14.1 --torch 2.15.0
    """
    project = limits.apply(open_project(places))
    asked = Asked(project, chosen.selection, "", reuse)
    console = make_progress_output()
    runs = [each.choose(chosen.selection) for each in (find_runs(project, run) if run else ())]
    first, second = _demand_two(runs, where, lambda: make_requests(asked, where, console.print))
    with ProgressWatcher(console) as watcher:
        found = compare_sides(first, second, watcher)
    wanted = Format.JSON if shown.as_json else choose_format(written, file)
    if wanted:
        write_report(report_comparison(project, found), wanted, file)
    else:
        show_build_comparison(make_output(), found, "goldens compare … --verbose", everything=shown.verbose)
    return found.find_exit_code(fail_on)


def _demand_two(
    runs: Sequence[Run], where: capture_options.Where, make: Callable[[], Sequence[Request]]
) -> Sequence[Side]:
    """Demand that two builds are named, before any is looked for."""
    named = len(runs) + sum(map(len, (where.torch or (), where.python or (), where.wheel or ())))
    if named != SIDES:
        raise UserError(
            f"two builds are compared, and {named} were given: give two of --torch, --wheel, --python, --run"
        )
    sides: list[Side] = [*runs, *(make() if len(runs) < SIDES else ())]
    if len(sides) != SIDES:
        raise UserError("`all` are more than two builds, and two are compared: name them")
    return sides
