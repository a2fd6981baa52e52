"""`goldens nightly`."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output, make_progress_output, print_note
from graph_goldens.cli.output import print_json
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.requests import Asked, make_requests
from graph_goldens.environments.builds import Indexes
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request
from graph_goldens.locks import hold_lock
from graph_goldens.nights.night_state import NightState
from graph_goldens.nights.nightly import NightEnd, NightRequest, load_night_run, look_at_night
from graph_goldens.nights.notifier import Notifier
from graph_goldens.nights.service import NightOutcome, parse_every, serve_nights
from graph_goldens.nights.state_branch import StateBranch
from graph_goldens.runs.run import Run
from graph_goldens.words import make_lines_visible

FromRun = Annotated[
    Path | None,
    typer.Option("--from-run", metavar="FILE", help="A run captured elsewhere, instead of capturing."),
]
State = Annotated[
    Path | None,
    typer.Option("--state", metavar="DIR", help="Folder of nights, instead of `.goldens/nights`."),
]
Branch = Annotated[
    str,
    typer.Option(
        "--state-branch",
        metavar="NAME",
        show_default=False,
        help="Branch of the project's repository (of its remote `origin`) that the state is fetched from and "
        "goes back into, as one commit.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        help="Folder for page, summary and JSON, instead of the state's `latest`.",
    ),
]
DoBisect = Annotated[
    bool, typer.Option("--bisect", help="Bisect what is new over the builds since the last night.")
]
Notify = Annotated[
    str,
    typer.Option(
        "--notify",
        metavar="COMMAND",
        show_default=False,
        help="Command that gets what is new as JSON on standard input; without a shell.",
    ),
]
Every = Annotated[
    str,
    typer.Option(
        "--every", metavar="TIME", show_default=False, help="Go on for ever, a night each 6h, 30m or 1d."
    ),
]
KeepEnvironments = Annotated[
    bool, typer.Option("--keep-environments", help="Keep the environments of earlier nights.")
]


def nightly(
    chosen: capture_options.Chosen,
    where: capture_options.Where,
    *,
    from_run: FromRun = None,
    state: State = None,
    state_branch: Branch = "",
    output: Output = None,
    bisect: DoBisect = False,
    notify: Notify = "",
    every: Every = "",
    keep_environments: KeepEnvironments = False,
    reuse: capture_options.Reuse,
    limits: capture_options.LimitOptions,
    as_json: options.AsJson = False,
    places: options.Places,
) -> int:
    """Hold the newest build against the goldens and the last night, and tell what nobody was told yet.

    Writes a page, a summary and a JSON file, and ends as a check does. Killed at any moment, it goes on.

    Example: goldens nightly --index-url "$INDEX" --bisect --notify ./tell-the-chat --every 6h
    """
    project = limits.apply(open_project(places))
    folder = (state or find_home(project) / "nights").resolve()
    indexes = Indexes(default=where.index_url, find_links=tuple(where.find_links or ()))
    notifier = Notifier(NightState(folder), notify, project.root)
    branch = StateBranch(project.root, state_branch) if state_branch else None

    def look() -> NightOutcome:
        with _hold(notifier, branch):
            run = load_night_run(from_run) if from_run else None
            request = _make_request(project, chosen, where, reuse, run)
            asked = NightRequest(request, notifier, output, run, bisect, indexes, keep_environments)
            return _look(asked, as_json=as_json)

    if every:
        if from_run:
            raise UserError("--every looks for new builds, and --from-run gives one run: give one of them")
        serve_nights(folder, parse_every(every), look, print_note)
    return look().exit_code


@contextmanager
def _hold(notifier: Notifier, branch: StateBranch | None) -> Iterator[None]:
    """Hold the state and its lock; that a night failed is told before the state goes back into a branch."""
    state = notifier.state
    waiting = f"another command looks at a night in {state.root}; waiting until it ends (Ctrl-C gives up)"
    with hold_lock(state.lock, lambda: print_note(waiting)), _tell_failure(notifier):
        if branch is None:
            yield
            return
        with branch.hold(state, "State of nights"), _tell_failure(notifier):
            yield


@contextmanager
def _tell_failure(notifier: Notifier) -> Iterator[None]:
    """Tell of a failure, which is the command's too; one that was told is no news."""
    try:
        yield
    except (ToolError, UserError) as error:
        with suppress(ToolError):  # such as that the command cannot be told, which is the failure then
            notifier.tell_failure("", str(error))
        raise


def _look(asked: NightRequest, *, as_json: bool) -> NightOutcome:
    with ProgressWatcher(make_progress_output()) as watcher:
        end = look_at_night(asked, watcher)
    _show(end, asked.output or asked.notifier.state.latest, as_json=as_json)
    return NightOutcome(end.look.night.build, end.look.night.exit_code)


def _show(end: NightEnd, folder: Path, *, as_json: bool) -> None:
    if as_json:
        print_json(end.message)
        return
    told = "told" if end.told else "nothing new to tell" if end.news.empty else "nobody to tell"
    make_output().print(escape(make_lines_visible(f"{end.summary}\n{told}; wrote {folder}")), soft_wrap=True)


def _make_request(
    project: Project,
    chosen: capture_options.Chosen,
    where: capture_options.Where,
    reuse: capture_options.Reuse,
    run: Run | None,
) -> Request:
    if run:
        return Request(project, run.torch, chosen.selection)
    given = where if where.torch or where.python or where.wheel else replace(where, torch=["nightly"])
    requests = make_requests(Asked(project, chosen.selection, "", reuse), given, print_note)
    if len(requests) != 1:
        raise UserError("a night is of one build; give one --torch, --python or --wheel, or none at all")
    return requests[0]
