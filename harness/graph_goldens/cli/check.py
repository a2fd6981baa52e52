"""`goldens check` and `goldens update`."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from graph_goldens.cli import options
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import How, Where, make_part, make_progress_output, make_requests, open_project
from graph_goldens.cli.results import report
from graph_goldens.drift.classes import Severity
from graph_goldens.errors import UserError
from graph_goldens.gate import check as gate
from graph_goldens.gate.capture import Watcher
from graph_goldens.gate.environment_matrix import Action, Ended, attempt
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request
from graph_goldens.gate.result import Result
from graph_goldens.runs.run import Run, load_run
from graph_goldens.runs.selection import Selection

FailOn = Annotated[
    Severity, typer.Option("--fail-on", help="The mildest drift that fails: any drift is at least cosmetic.")
]
Accept = Callable[[Run, Request, Watcher], Result]


def check(
    selectors: options.Selectors = None,
    path: options.Paths = None,
    torch: options.Torches = None,
    python: options.Pythons = None,
    wheel: options.Wheels = None,
    index_url: options.IndexUrl = "",
    find_links: options.FindLinks = None,
    from_run: options.FromRun = None,
    fail_on: FailOn = Severity.COSMETIC,
    cache: options.UseCache = True,
    explain: options.Explain = False,
    shard: options.ShardOf = "",
    durations: options.Durations = None,
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
    jobs: options.Jobs = None,
    timeout: options.Timeout = None,
    memory: options.Memory = "",
) -> int:
    """Capture graphs and hold them against the goldens. Writes nothing outside `.goldens/`.

    Example: goldens check torchbind/attribute --path export --torch 2.9.1 --torch 2.13.0
    """
    project = open_project(cases, snapshots, jobs, timeout, memory)
    selection = Selection(tuple(selectors or ()), tuple(path or ()))
    where = Where(torch or (), python or (), wheel or (), index_url, find_links or ())
    part = make_part(shard, durations)
    if from_run and part:
        raise UserError("--from-run captures nothing, so there is nothing to split; leave --shard out")
    if from_run:
        ended = _use_runs(from_run, project, selection, "", gate.check_run)
    else:
        how = How(cache, explain, part)
        ended = _run_each(make_requests(project, where, selection, "", how, _note), gate.check)
    return report(ended, project, selection, fail_on, as_json=as_json, verbose=verbose)


def update(
    selectors: options.Selectors = None,
    path: options.Paths = None,
    torch: options.Torches = None,
    python: options.Pythons = None,
    wheel: options.Wheels = None,
    index_url: options.IndexUrl = "",
    find_links: options.FindLinks = None,
    from_run: options.FromRun = None,
    because: options.Because = "",
    cache: options.UseCache = True,
    explain: options.Explain = False,
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
    jobs: options.Jobs = None,
    timeout: options.Timeout = None,
    memory: options.Memory = "",
) -> int:
    """Capture graphs and accept those that differ as goldens, once two fresh processes agree on them.

    Example: goldens update torchbind --torch 2.15.0 --because "2.15 renames add_1"
    """
    project = open_project(cases, snapshots, jobs, timeout, memory)
    selection = Selection(tuple(selectors or ()), tuple(path or ()))
    where = Where(torch or (), python or (), wheel or (), index_url, find_links or ())
    if from_run:
        ended = _use_runs(from_run, project, selection, because, gate.accept_run)
    else:
        ended = _run_each(
            make_requests(project, where, selection, because, How(cache, explain), _note), gate.update
        )
    return report(ended, project, selection, Severity.COSMETIC, as_json=as_json, verbose=verbose)


def _note(text: str) -> None:
    make_progress_output().print(text, style="dim")


def _run_each(requests: Sequence[Request], action: Action) -> Iterator[Ended]:
    """Work with each environment; where there is only one, its failure is the command's."""
    for request in requests:
        with ProgressWatcher(make_progress_output()) as watcher:
            ended = action(request, watcher) if len(requests) == 1 else attempt(request, action, watcher)
        yield ended


def _use_runs(
    files: Sequence[Path], project: Project, selection: Selection, because: str, accept: Accept
) -> Iterator[Ended]:
    """Work with runs that were captured elsewhere; no PyTorch is needed here."""
    for file in files:
        run = load_run(file).choose(selection)
        with ProgressWatcher(make_progress_output()) as watcher:
            result = accept(run, Request(project, run.torch, selection, because), watcher)
        yield result
