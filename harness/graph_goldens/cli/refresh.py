"""`goldens refresh`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from packaging.version import InvalidVersion, Version
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output, make_progress_output, print_note
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.requests import Asked, make_requests
from graph_goldens.errors import ToolError
from graph_goldens.gate import refresh as gate
from graph_goldens.gate.project import Project
from graph_goldens.gate.refresh import Refreshed
from graph_goldens.gate.request import Request
from graph_goldens.gate.respell import Respelled, respell_goldens
from graph_goldens.report.terminal import explain_verdict
from graph_goldens.runs.exit_codes import ExitCode, choose_gravest
from graph_goldens.runs.selection import Selection
from graph_goldens.words import format_count

_MOST_SHOWN = 20


def refresh(
    chosen: capture_options.Chosen,
    where: capture_options.Where,
    *,
    reuse: capture_options.Reuse,
    limits: capture_options.LimitOptions,
    verbose: capture_options.Verbose = False,
    places: options.Places,
) -> int:
    """Bring goldens of older rules to those of now, where nothing but the rules makes a difference.

    Where newer rules say the same in other words, goldens of all versions are written so without a capture.
    Others are captured: what differs otherwise is left as it is and shown as drift. A reason that a person
    once wrote stays.

    Example: goldens refresh --torch all
    """
    project, console = limits.apply(open_project(places)), make_output()
    asked = Asked(project, chosen.selection, reuse=reuse)
    requests = make_requests(asked, replace(where, torch=_put_oldest_first(where.torch)), print_note)
    respelled = _respell(project, chosen.selection)
    _show_respelled(console, respelled)
    if not respelled.left:
        return ExitCode.SAME
    codes: list[ExitCode] = []
    kinds: Counter[str] = Counter()
    for request in requests:
        done = _refresh_one(request)
        codes.append(done.exit_code if isinstance(done, Refreshed) else ExitCode.TOOL_FAILED)
        if isinstance(done, Refreshed):
            kinds.update(done.kinds)
            _show(console, done, verbose=verbose)
        else:
            console.print(f"[bold red]✗ {escape(request.name)}[/]: {escape(str(done))}", soft_wrap=True)
    if len(codes) > 1:
        console.print("\nof all versions:")
        _show_kinds(console, kinds)
    return choose_gravest(codes)


def _respell(project: Project, selection: Selection) -> Respelled:
    with ProgressWatcher(make_progress_output()) as watcher:
        return respell_goldens(project, selection, watcher)


def _show_respelled(console: Console, done: Respelled) -> None:
    if done.written:
        console.print(f"wrote {format_count(done.written, 'golden')} of all versions in other words")
        _show_kinds(console, done.kinds)
    if not done.left:
        console.print("no golden is of older rules")


def _put_oldest_first(named: list[str] | None) -> list[str] | None:
    """Sort versions: an older one is written before those that fall back to it. Other words come last."""
    return named and sorted(named, key=lambda text: (not text[:1].isdigit(), _read_version(text)))


def _read_version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:  # a word such as `all`, or what is refused later
        return Version("0")


def _refresh_one(request: Request) -> Refreshed | ToolError:
    """Work with one environment: its failure does not stop the others."""
    try:
        with ProgressWatcher(make_progress_output()) as watcher:
            return gate.refresh(request, watcher)
    except ToolError as error:
        return error


def _show(console: Console, done: Refreshed, *, verbose: bool) -> None:
    counted, public = format_count(len(done.refreshed), "golden"), done.torch.partition("+")[0]
    console.print(f"[bold]torch {escape(done.torch)}[/]: refreshed {counted}, {done.own:,} of its own")
    _show_kinds(console, done.kinds)
    if done.new:
        console.print(f"  {format_count(done.new, 'record')} without a golden: `goldens update` writes them")
    shown = done.refused if verbose else done.refused[:_MOST_SHOWN]
    for verdict in shown:
        console.print(Text(explain_verdict(verdict, f"--torch {public}")), soft_wrap=True)
    if done.refused:
        _show_refused(console, done, len(done.refused) - len(shown))


def _show_kinds(console: Console, kinds: Mapping[str, int]) -> None:
    for kind, count in sorted(kinds.items(), key=lambda pair: (not pair[0].startswith("+"), -pair[1])):
        console.print(escape(f"  {kind} {count:,}"), soft_wrap=True)


def _show_refused(console: Console, done: Refreshed, more: int) -> None:
    if more:
        console.print(f"… and {more} more; --verbose shows all")
    console.print(
        f"[red]✗[/] refused {format_count(len(done.refused), 'golden')}, which the rules do not explain: "
        f"`goldens check CASE --path PATH --torch {escape(done.torch.partition('+')[0])}` shows one, and "
        f"`goldens update` with the same and a reason accepts it",
        soft_wrap=True,
    )
