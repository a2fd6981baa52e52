"""Run the graphs of drifts, or stored goldens as they are, in an environment: only when asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from packaging.version import Version

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Drift
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.replay_client import SECONDS, ReplayPacks, ReplayRequest, replay_records
from graph_goldens.errors import UserError
from graph_goldens.gate.admission import list_named
from graph_goldens.gate.capture import Capturing
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.home import find_home
from graph_goldens.gate.judge import judge_run
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.gate.watcher import Watcher
from graph_goldens.goldens.format import GoldenError
from graph_goldens.goldens.store import Goldens
from graph_goldens.graphs.replays import Replay
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.runs.kept_replays import KeptReplays, load_replays, name_pair, save_replays
from graph_goldens.runs.run import Run
from graph_goldens.runs.selection import Selection, select
from graph_goldens.runs.verdict import Verdict

REPLAYED = (DriftClass.OPERATORS, DriftClass.VALUES, DriftClass.REORDERED)
"""The classes of drift beside which replay is evidence."""


@dataclass(frozen=True)
class StoredReplay:
    """What running one graph of a golden as it is showed.

    Attributes:
        key: case and tracing path.
        version: the golden's overlay.
        replay: what it showed.
    """

    key: Key
    version: Version
    replay: Replay


@dataclass(frozen=True)
class Replayed:
    """What running the graphs of drifts showed.

    Attributes:
        torch: the PyTorch that ran them.
        verdicts: what was found of each record, with what was shown beside its drift.
    """

    torch: str
    verdicts: Sequence[Verdict]

    @property
    def drifts(self) -> list[Drift]:
        """The drifts whose graphs were run."""
        return list_replayable(self.verdicts)


def add_evidence(verdicts: Iterable[Verdict], project: Project, torch: str) -> list[Verdict]:
    """Put beside each drift what replays of it showed before; nothing is run."""
    kept = load_replays(find_home(project), torch)
    return [_add_to_verdict(verdict, kept) if kept and verdict.drift else verdict for verdict in verdicts]


def _add_to_verdict(verdict: Verdict, kept: KeptReplays) -> Verdict:
    assert verdict.drift is not None
    found = kept.get(name_pair(verdict.drift), ())
    return replace(verdict, drift=replace(verdict.drift, replays=found)) if found else verdict


def replay_drifts(verdicts: Sequence[Verdict], capturing: Capturing) -> list[Verdict]:
    """Run the graphs of drifts under a PyTorch, keep what that shows, and put it beside them.

    Raises:
        ToolError: the environment does not run them, or the findings cannot be written.
    """
    project, environment = capturing.project, capturing.environment
    home = find_home(project)
    kept = dict(load_replays(home, environment.torch))
    drifts = list_replayable(verdicts)
    requests = [ReplayRequest(drift.golden, drift.record) for drift in drifts]
    for drift, found in zip(drifts, _run(requests, capturing), strict=True):
        kept[name_pair(drift)] = found
    save_replays(kept, home, environment.torch)
    return add_evidence(verdicts, project, environment.torch)


def _run(requests: Sequence[ReplayRequest], capturing: Capturing) -> Iterator[tuple[Replay, ...]]:
    """Run graphs, one request after the other, and tell of each that was run."""
    if not requests:
        return
    project, environment = capturing.project, capturing.environment
    capturing.watcher.begin(f"running graphs in {environment.name}", len(requests))
    found = replay_records(
        environment,
        requests,
        project.working,
        packs=ReplayPacks(
            project.cases,
            project.package,
            start_libraries(project.cases, environment, project.working).values(),
        ),
        seconds=min(project.timeout, SECONDS),
        memory=project.memory,
    )
    for request, replays in zip(requests, found, strict=True):
        capturing.watcher.advance(Capture(request.new))
        yield replays


def replay_selected(request: Request, watcher: Watcher) -> Replayed:
    """Capture what is selected, reusing earlier captures, and run the graphs of what drifted.

    Raises:
        UserError: the selection matches nothing.
        ToolError: the environment failed.
    """
    goldens = open_fixed_goldens(request.project)
    with hold_environment(request, watcher) as capturing:
        run = capturing.run(request.selection)
        return Replayed(run.torch, replay_drifts(judge_run(run, goldens), capturing))


def replay_run(run: Run, request: Request, watcher: Watcher) -> Replayed:
    """Run the graphs of a run that was captured elsewhere, of cases that were named outright.

    Raises:
        UserError: a case was not named: its graphs' code may be a stranger's.
        ToolError: the environment failed.
    """
    named = list_named(run, request.selection)
    if unnamed := sorted(set(run.captures) - named):
        raise UserError(
            f"graphs of a run from elsewhere are code, which is run only for cases that are named; name "
            f"{unnamed[0].case}, as in `goldens replay {unnamed[0].case} --from-run FILE`"
        )
    with hold_environment(request, watcher) as capturing:
        verdicts = judge_run(run, open_fixed_goldens(request.project))
        return Replayed(capturing.environment.torch, replay_drifts(verdicts, capturing))


def replay_older(request: Request, watcher: Watcher) -> list[StoredReplay]:
    """Run every stored graph of an older version as it is, under the PyTorch that is asked for.

    Raises:
        UserError: the selection matches nothing.
        ToolError: the environment failed.
    """
    with hold_environment(request, watcher) as capturing:
        return replay_stored(open_goldens(request.project), request.selection, capturing)


def replay_stored(goldens: Goldens, selection: Selection, capturing: Capturing) -> list[StoredReplay]:
    """Run every stored graph of an older version as it is.

    Raises:
        UserError: the selection matches nothing.
        ToolError: the environment does not run them.
    """
    stored = list(_list_older(goldens, selection, capturing.environment.version))
    requests = [ReplayRequest(None, record) for _, record in stored]
    found = zip(stored, _run(requests, capturing), strict=True)
    return [
        StoredReplay(record.key, version, replay)
        for (version, record), replays in found
        for replay in replays
    ]


def _list_older(goldens: Goldens, selection: Selection, version: Version) -> Iterator[tuple[Version, Record]]:
    older = Version(version.public)  # a build of this release is not older than its overlay
    stored = [each for each in goldens.list_stored() if each.version < older]
    if not stored:
        return
    chosen = set(select(sorted({each.key for each in stored}), selection))
    for each in sorted(stored, key=lambda each: (each.version, each.key)):
        if each.key not in chosen:
            continue
        try:
            golden = goldens.resolve(*each.key, each.version)
        except GoldenError:  # `goldens check` reports what cannot be read
            continue
        if golden and golden.record.outcome is Outcome.GRAPHS:
            yield each.version, golden.record


def list_replayable(verdicts: Iterable[Verdict]) -> list[Drift]:
    """List the drifts beside which replay is evidence."""
    return [verdict.drift for verdict in verdicts if verdict.drift and verdict.drift.kind in REPLAYED]
