"""`goldens check` and `goldens update`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_progress_output, print_note
from graph_goldens.cli.placements import open_placement, run_side_by_side
from graph_goldens.cli.progress import open_watcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.requests import Asked, list_meant_versions, make_part, make_requests
from graph_goldens.cli.results import report
from graph_goldens.cli.watch import keep_checking, keep_touched
from graph_goldens.drift.classes import Severity
from graph_goldens.environments.interpreters import find_interpreter
from graph_goldens.errors import UserError
from graph_goldens.gate import check as gate
from graph_goldens.gate.environment_matrix import Action, Ended, attempt
from graph_goldens.gate.last_failed import find_last_failed
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request
from graph_goldens.gate.result import Result
from graph_goldens.gate.watched_files import WatchedFiles, find_project_files, find_read_files
from graph_goldens.gate.watcher import Watcher
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run, load_run
from graph_goldens.runs.selection import Selection
from graph_goldens.runs.shard import Part

Replay = Annotated[
    bool,
    typer.Option(
        "--replay",
        help="Run old and new graphs of what drifted on equal random inputs, as evidence beside the drift.",
    ),
]
LastFailed = Annotated[
    bool,
    typer.Option("--last-failed", "--lf", help="Only what the last check found other than its golden."),
]
Watch = Annotated[
    bool,
    typer.Option(
        "--watch",
        help="Check again whenever a file is saved, and show the records that depend on it; Ctrl-C ends it.",
    ),
]
Events = Annotated[
    bool,
    typer.Option(
        "--events", help="Tell progress on standard error as JSON texts (RFC 7464), for a program to show."
    ),
]
Accept = Callable[[Run, Request, Watcher], Result]


def check(
    chosen: capture_options.Chosen,
    where: capture_options.Where,
    *,
    from_run: capture_options.FromRun = None,
    fail_on: capture_options.FailOn = Severity.COSMETIC,
    replay: Replay = False,
    on: capture_options.On = "",
    last_failed: LastFailed = False,
    watch: Watch = False,
    events: Events = False,
    reuse: capture_options.Reuse,
    sharing: capture_options.Sharing,
    limits: capture_options.LimitOptions,
    shown: capture_options.Shown,
    places: options.Places,
) -> int:
    """Capture graphs and hold them against the goldens. Writes nothing outside `.goldens/`.

    Example: goldens check torchbind/attribute --path export --torch 2.9.1 --torch 2.13.0
    """
    part = make_part(sharing)
    asked = _Check(chosen, where, places, limits, reuse, part, fail_on, shown, replay, events, on)
    _demand_sense(asked, from_run, last_failed=last_failed, watch=watch)
    project = asked.open_project()
    if watch:
        return keep_checking(asked.check_touched, find_project_files(project), project.root)
    if from_run:
        ended = _use_runs(from_run, Asked(project, chosen.selection), gate.check_run, events=events)
        return report(ended, project, chosen.selection, fail_on, shown)
    selection = chosen.selection
    if last_failed:
        keys = find_last_failed(project, list_meant_versions(project, where))
        if not keys:
            print_note("nothing failed in the last check")
            return ExitCode.SAME
        selection = replace(selection, keys=keys)
    requests = asked.list_requests(project, selection)
    with open_placement(on, project, len(requests), limits.jobs, print_note) as placement:
        placed = [replace(each, placement=placement) for each in requests]
        return report(asked.check_each(placed), project, selection, fail_on, shown)


@dataclass(frozen=True)
class _Check:
    """What a check was asked for, however often it is done.

    Attributes:
        chosen: the cases and tracing paths.
        where: the environments.
        places: where the project's folders are.
        limits: what captures may use.
        reuse: what is made of earlier captures.
        part: the part that is captured; all where None.
        fail_on: the mildest drift that fails.
        shown: how the answer is shown.
        replay: whether graphs of drifts are run.
        events: whether progress is told to a program.
        on: where captures are made; here if empty.
    """

    chosen: capture_options.Chosen
    where: capture_options.Where
    places: options.Places
    limits: capture_options.LimitOptions
    reuse: capture_options.Reuse
    part: Part | None
    fail_on: Severity
    shown: capture_options.Shown
    replay: bool
    events: bool
    on: str

    def open_project(self) -> Project:
        """Read the settings as they are now."""
        return self.limits.apply(open_project(self.places))

    def list_requests(self, project: Project, selection: Selection) -> list[Request]:
        """List what is asked for in each environment."""
        asked = Asked(project, selection, "", self.reuse, self.part)
        return [replace(each, replay=self.replay) for each in make_requests(asked, self.where, print_note)]

    def check_each(self, requests: Sequence[Request]) -> Iterator[Ended]:
        """Check in each environment."""
        return _run_each(requests, gate.check, events=self.events)

    def check_touched(self, *, touched_alone: bool) -> WatchedFiles:
        """Check and report, only what was captured now where that is asked; return what decided it."""
        project, selection = self.open_project(), self.chosen.selection
        requests = self.list_requests(project, selection)
        ended = self.check_each(requests)
        report(keep_touched(ended) if touched_alone else ended, project, selection, self.fail_on, self.shown)
        return find_project_files(project).join(find_read_files(requests))


def _demand_sense(asked: _Check, from_run: Sequence[Path] | None, *, last_failed: bool, watch: bool) -> None:
    """Refuse options that say nothing beside each other."""
    if from_run and asked.part:
        raise UserError("--from-run captures nothing, so there is nothing to split; leave --shard out")
    if from_run and last_failed:
        raise UserError("--last-failed is about what a check captured here; leave it or --from-run out")
    if from_run and asked.replay:
        raise UserError(
            "--replay runs code, and a run from elsewhere may hold a stranger's; name the cases: "
            "`goldens replay CASE --from-run FILE`"
        )
    _demand_graphs_here(asked.on, from_run=bool(from_run), replay=asked.replay)
    beside = {
        "--from-run": bool(from_run),
        "--shard": bool(asked.part),
        "--json": asked.shown.as_json,
        "--last-failed": last_failed,
        "--no-cache": not asked.reuse.cache,
        "--on": bool(asked.on),
    }
    if watch and any(beside.values()):
        option = next(name for name, given in beside.items() if given)
        raise UserError(f"--watch captures again what a saved file touches, for a person; leave {option} out")


def update(
    chosen: capture_options.Chosen,
    where: capture_options.Where,
    *,
    from_run: capture_options.FromRun = None,
    because: options.Because = "",
    reuse: capture_options.Reuse,
    limits: capture_options.LimitOptions,
    shown: capture_options.Shown,
    places: options.Places,
) -> int:
    """Capture graphs and accept those that differ as goldens, once two fresh processes agree on them.

    Example: goldens update torchbind --torch 2.15.0 --because "2.15 renames add_1"
    """
    project = limits.apply(open_project(places))
    asked = Asked(project, chosen.selection, because, reuse)
    if from_run:
        ended = _use_runs(from_run, asked, gate.accept_run)
    else:
        ended = _run_each(make_requests(asked, where, print_note), gate.update)
    return report(ended, project, chosen.selection, Severity.COSMETIC, shown)


def _demand_graphs_here(on: str, *, from_run: bool, replay: bool) -> None:
    if on and from_run:
        raise UserError("--from-run captures nothing, so there is no place to choose; leave --on out")
    if on and replay:
        raise UserError("--replay runs graphs in an environment of this machine; leave it or --on out")


def _run_each(requests: Sequence[Request], action: Action, *, events: bool = False) -> Iterator[Ended]:
    """Work with each environment; where there is only one, its failure is the command's."""
    if requests and requests[0].placement.at_once > 1:
        yield from run_side_by_side(requests, action)
        return
    for request in requests if len(requests) > 1 else ():
        if request.placement.here and isinstance(request.build, str):
            find_interpreter(request.build, request.project.working)  # before others are captured for minutes
    for request in requests:
        with open_watcher(make_progress_output(), events=events) as watcher:
            ended = action(request, watcher) if len(requests) == 1 else attempt(request, action, watcher)
        yield ended


def _use_runs(
    files: Sequence[Path], asked: Asked, accept: Accept, *, events: bool = False
) -> Iterator[Ended]:
    """Work with runs that were captured elsewhere; no PyTorch is needed here."""
    for file in files:
        run = load_run(file).choose(asked.selection)
        with open_watcher(make_progress_output(), events=events) as watcher:
            result = accept(run, Request(asked.project, run.torch, asked.selection, asked.because), watcher)
        yield result
