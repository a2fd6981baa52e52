"""`goldens compare`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated

import typer

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output, make_progress_output, print_note
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.report_output import Output, Written, choose_format, write_report
from graph_goldens.cli.requests import Asked, make_requests
from graph_goldens.drift.classes import Severity
from graph_goldens.errors import UserError
from graph_goldens.gate.compare_builds import Side, compare_sides
from graph_goldens.gate.pinned_package import pin_package, read_package_name
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


Packages = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="REQUIREMENT",
        help="A version of a package instead of a build, `einops==0.8.1`, beside one PyTorch; given twice.",
    ),
]


def compare(
    chosen: capture_options.Chosen,
    where: capture_options.Where,
    *,
    run: SavedRuns = None,
    packages: Packages = None,
    fail_on: capture_options.FailOn = Severity.COSMETIC,
    written: Written = None,
    file: Output = None,
    reuse: capture_options.Reuse,
    limits: capture_options.LimitOptions,
    shown: capture_options.Shown,
    places: options.Places,
) -> int:
    """Capture the same cases under two builds and show what differs; no golden is read or written.

    With --with the two are versions of a package beside one PyTorch.

    The one before is the first of saved runs, then of versions, wheels and interpreters as they are given. It
    ends as a check does: 0 same, 1 semantic drift, 3 cosmetic drift only, 4 records of one build alone.

    Example: goldens compare torchbind --torch 2.14.1 --torch 2.15.0
    """
    project = limits.apply(open_project(places))
    asked = Asked(project, chosen.selection, "", reuse)
    runs = [each.choose(chosen.selection) for each in (find_runs(project, run) if run else ())]
    first, second = (
        _list_package_sides(asked, where, runs, packages)
        if packages
        else _demand_two(runs, where, lambda: make_requests(asked, where, print_note))
    )
    with ProgressWatcher(make_progress_output()) as watcher:
        found = compare_sides(first, second, watcher)
    wanted = Format.JSON if shown.as_json else choose_format(written, file)
    if wanted:
        write_report(report_comparison(project, found), wanted, file)
    else:
        show_build_comparison(make_output(), found, "goldens compare … --verbose", everything=shown.verbose)
    return found.find_exit_code(fail_on)


def _list_package_sides(
    asked: Asked, where: capture_options.Where, runs: Sequence[Run], packages: Sequence[str]
) -> Sequence[Request]:
    """Say what is captured where two versions of a package are compared beside one PyTorch.

    Raises:
        UserError: they are not two, or something else is to be compared at once.
    """
    if runs or where.python or where.wheel or len(where.torch or ()) > 1 or len(packages) != SIDES:
        raise UserError(
            "two versions of a package are compared beside one PyTorch: give --with twice, and --torch at "
            "most once"
        )
    names = [read_package_name(each) for each in packages]
    if len(set(names)) > 1:
        raise UserError(f"two versions of one package are compared, and {' and '.join(names)} were given")
    requests = make_requests(asked, where, print_note)
    if len(requests) != 1:
        raise UserError("`all` are several versions of PyTorch, and packages are compared beside one")
    return [replace(requests[0], project=pin_package(asked.project, each)) for each in packages]


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
