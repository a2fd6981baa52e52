"""`goldens bisect`."""

import shlex
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from packaging.version import Version
from rich.status import Status
from rich.text import Text

from graph_goldens.bisect.bisection import Bisection, RecordChange
from graph_goldens.bisect.probing import Prober
from graph_goldens.bisect.search import demand_change, find_in_goldens, search
from graph_goldens.bisect.show import encode_bisection, format_step, show_bisection
from graph_goldens.bisect.subjects import find_candidates, select_supported
from graph_goldens.bisect.version_range import Range
from graph_goldens.cases.case_folders import locate_file
from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output, make_progress_output
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.environments.builds import Indexes
from graph_goldens.environments.interpreters import open_interpreter
from graph_goldens.errors import UserError
from graph_goldens.gate.meant_versions import read_meant_version
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.records import Capture
from graph_goldens.runs.selection import Selection
from graph_goldens.versions import parse_version
from graph_goldens.words import make_visible

TracingPath = Annotated[str, typer.Option("--path", metavar="PATH", help="The tracing path.")]
Good = Annotated[
    str,
    typer.Option(
        "--good",
        metavar="VERSION",
        show_default=False,
        help="A version before the change; the oldest supported if not given, or the folder's oldest.",
    ),
]
Bad = Annotated[
    str,
    typer.Option(
        "--bad",
        metavar="VERSION",
        show_default=False,
        help="A version after it; the newest supported if not given, or the folder's or nightly newest.",
    ),
]
NewerPython = Annotated[
    str,
    typer.Option(
        "--python",
        metavar="PATH",
        show_default=False,
        help="An interpreter that has the version after the change, instead of --bad; nothing is installed.",
    ),
]
OfPackage = Annotated[
    str,
    typer.Option(
        "--package",
        metavar="NAME",
        show_default=False,
        help="Search among the versions of this package, beside the default PyTorch, instead of PyTorch's.",
    ),
]
Nightly = Annotated[bool, typer.Option("--nightly", help="Search among pre-releases too.")]
FindLinks = Annotated[
    list[str] | None,
    typer.Option(
        "--find-links",
        metavar="DIR",
        help="Search among the wheels of this folder or page instead of the index's; may be given again.",
    ),
]
KeepEnvironments = Annotated[
    bool,
    typer.Option(
        "--keep-environments/--no-keep-environments",
        help="Whether the environments that the search makes stay for the next time.",
    ),
]
AllLines = Annotated[
    bool, typer.Option("--all-lines", help="Show every line of the difference, not only the first few.")
]


def bisect(
    case: options.OneCase,
    path: TracingPath,
    *,
    good: Good = "",
    bad: Bad = "",
    package: OfPackage = "",
    python: NewerPython = "",
    nightly: Nightly = False,
    find_links: FindLinks = None,
    index_url: capture_options.IndexUrl = "",
    keep_environments: KeepEnvironments = True,
    as_json: options.AsJson = False,
    all_lines: AllLines = False,
    places: options.Places,
    timeout: capture_options.Timeout = None,
) -> int:
    """Find the first PyTorch version that changed the graphs of a case. Makes environments as it needs them.

    With --package it is a version of that package, such as one of your own.

    Example: goldens bisect torchbind/attribute --path export --good 2.8.0 --bad 2.10.0
    """
    project = capture_options.LimitOptions(jobs=1, timeout=timeout).apply(open_project(places))
    goldens = open_goldens(project)
    _demand_one_record(project, case, path)
    _demand_folders(find_links or ())
    if bad and python:
        raise UserError(
            "--python names an interpreter that has the version after the change; leave --bad out"
        )
    if package and python:
        raise UserError("--package is installed beside a PyTorch that uv installs; leave --python out")
    newer = open_interpreter(python, project.working).version if python else None
    read_version = parse_version if package else partial(read_meant_version, goldens=goldens)
    wanted = Range(
        good=read_version(good) if good else None,
        bad=read_version(bad) if bad else newer,
        prereleases=nightly,
        indexes=Indexes(default=index_url, find_links=tuple(find_links or ())),
        interpreters={newer: python} if newer else {},
        package=package,
    )
    found = _search_and_show(project, Selection((case,), (path,)), wanted, keep=keep_environments)
    change = demand_change(found)
    again = shlex.join(_build_again_command(change, wanted, places))
    held = None if package else find_in_goldens(goldens, found)
    command = (
        _build_show_command(change, *held) if held else f"{again} {_format_ends(change, wanted)} --all-lines"
    )
    if as_json:
        print_json(encode_bisection(found, change, command))
    else:
        show_bisection(make_output(), found, change, command, again, all_lines=all_lines)
    return 0


class _StatusWatcher:
    """Shows what is being done now, in a terminal alone."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def note(self, text: str) -> None:
        """Show what is being done now."""
        self._status.update(Text(make_visible(text), style="dim", no_wrap=True, overflow="ellipsis"))

    def begin(self, what: str, total: int) -> None:
        """Show that a capture is to come."""
        self.note(what)

    def advance(self, capture: Capture) -> None:
        """Take note of nothing: a line about its version follows."""


def _search_and_show(project: Project, selection: Selection, wanted: Range, *, keep: bool) -> Bisection:
    """Search, and show each step as it is done."""
    console = make_progress_output()
    with console.status(Text("asking which versions there are", style="dim")) as status:
        candidates = find_candidates(project, wanted)
        names = " · ".join([*selection.selectors, *selection.paths])
        first, last = candidates[0], candidates[-1]
        of = f" of {wanted.package}" if wanted.package else ""
        console.print(
            f"[bold]{names}[/]: {len(candidates)} versions{of} from {first} to {last}", soft_wrap=True
        )
        probe = Prober(project, selection, wanted, _StatusWatcher(status), keep=keep)
        found = Bisection(tuple(candidates))
        preferred = () if wanted.package else select_supported(project, candidates)
        for found in search(candidates, probe, preferred):
            console.print(format_step(found), soft_wrap=True)
    return found


def _demand_one_record(project: Project, case: str, path: str) -> None:
    if set(case + path) & set("*?["):
        raise UserError("only one record can be bisected: give a case and a tracing path without * ? [")
    if locate_file(project.cases, case).is_dir():
        raise UserError(f"{case} is a pack and not a case; `goldens list {case}` names its cases")


def _demand_folders(places: Sequence[str]) -> None:
    for place in places:
        if "://" not in place and not Path(place).is_dir():
            raise UserError(f"{place} is not a folder of wheels; give a folder or a URL to --find-links")


def _build_again_command(change: RecordChange, wanted: Range, places: options.Places) -> Iterator[str]:
    """Build the command that bisects the same record, without its ends."""
    case, path = change.record.key
    yield from ("goldens", "bisect", case, "--path", path)
    if wanted.package:
        yield from ("--package", wanted.package)
    if wanted.prereleases:
        yield "--nightly"
    if wanted.indexes.default:
        yield from ("--index-url", wanted.indexes.default)
    for place in wanted.indexes.find_links:
        yield from ("--find-links", place)
    for option, folder in (("--cases", places.cases), ("--snapshots", places.snapshots)):
        if folder:
            yield from (option, str(folder))


def _format_ends(change: RecordChange, wanted: Range) -> str:
    python = wanted.interpreters.get(change.after)
    after = f"--python {shlex.quote(python)}" if python else f"--bad {change.after}"
    return f"--good {change.before} {after}"


def _build_show_command(change: RecordChange, before: Version, after: Version) -> str:
    """Build the command that shows the change from the goldens."""
    case, path = change.record.key
    return shlex.join(["goldens", "diff", case, "--path", path, "--from", str(before), "--to", str(after)])
