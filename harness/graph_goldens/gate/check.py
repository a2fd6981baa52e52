"""The two flows: hold an environment's graphs against the goldens, and accept what differs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from graph_goldens.cases.case_digests import digest_cases
from graph_goldens.errors import UserError
from graph_goldens.gate.admission import demand_acceptable, demand_current, demand_named, list_named
from graph_goldens.gate.capture import Capturing
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.home import find_home
from graph_goldens.gate.judge import CHANGED, PENDING, judge_run, make_pending_record, prove
from graph_goldens.gate.known_matching import open_known
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.replay import add_evidence, replay_drifts
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.gate.result import Result, make_result
from graph_goldens.gate.watcher import Watcher
from graph_goldens.gate.write import open_writer
from graph_goldens.goldens.store import GoldenChange, Goldens
from graph_goldens.keys import Key
from graph_goldens.runs.pending import PendingCluster, find_pending_clusters
from graph_goldens.runs.run import Run, load_run, locate_run, save_run
from graph_goldens.runs.verdict import Finding, Verdict


def check(request: Request, watcher: Watcher) -> Result:
    """Capture, hold against the goldens, prove what differs, and write nothing outside the working folder."""
    goldens, home = open_fixed_goldens(request.project), find_home(request.project)
    with hold_environment(request, watcher) as capturing:
        run = capturing.run(request.selection)
        verdicts = judge_run(run, goldens, request.project.policy)
        known = _find_known(run, verdicts, home) if capturing.reuse else frozenset()
        run, verdicts = capture_afresh(run, verdicts, goldens, capturing, PENDING, known)
        save_run(run, home)
        verdicts = prove(verdicts, capturing.capture_again, PENDING, known)
        if request.replay:
            replay_drifts(verdicts, capturing)
    verdicts = add_evidence(verdicts, request.project, run.torch)
    run = mark_run(run, verdicts)
    if run.proved or run.unstable:
        save_run(run, home)
    return replace(hold_known(run, verdicts, goldens, request.project), saved=run.shard is None)


def check_run(run: Run, request: Request, watcher: Watcher) -> Result:
    """Hold a run that was captured before or elsewhere against the goldens; all of it becomes pending."""
    whole = request.selection.everything
    if whole:
        save_run(run, find_home(request.project))
    goldens = open_fixed_goldens(request.project)
    verdicts = add_evidence(judge_run(run, goldens, request.project.policy), request.project, run.torch)
    return replace(hold_known(run, verdicts, goldens, request.project), saved=whole and run.shard is None)


def hold_known(run: Run, verdicts: Sequence[Verdict], goldens: Goldens, project: Project) -> Result:
    """Count apart what the project knows, and put together what a check found.

    Raises:
        UserError: a decision about known drift cannot be read.
    """
    known = open_known(project)
    marked = known.mark(verdicts, run.version)
    return make_result(run, marked, goldens, project.cases, known=known.find_standing(run, marked))


def _find_known(run: Run, verdicts: Sequence[Verdict], home: Path) -> frozenset[Key]:
    """Find the records that differ and were proved when the same environment last gave exactly the same."""
    differing = [verdict.record for verdict in verdicts if verdict.finding in PENDING]
    file = locate_run(home, run.torch, run.shard)
    if not differing or not file.exists():
        return frozenset()
    try:
        last = load_run(file)
    except UserError:  # it is about to be written anew
        return frozenset()
    if last.environment != run.environment:
        return frozenset()
    proved = {key: last.captures[key].record for key in last.proved if key in last.captures}
    return frozenset(record.key for record in differing if proved.get(record.key) == record)


def capture_afresh(
    run: Run,
    verdicts: list[Verdict],
    goldens: Goldens,
    capturing: Capturing,
    which: Collection[Finding],
    known: Collection[Key] = (),
) -> tuple[Run, list[Verdict]]:
    """Capture anew what is to be proved, so that no kept capture becomes a golden."""
    wanted = [verdict.record.key for verdict in verdicts if verdict.finding in which]
    anew = capturing.capture_anew(run, [key for key in wanted if key not in known])
    return anew, verdicts if anew is run else judge_run(anew, goldens, capturing.project.policy)


def mark_run(run: Run, verdicts: Sequence[Verdict]) -> Run:
    """Note in a run which of its records were proved, and which are not reproducible."""
    proved = {verdict.record.key for verdict in verdicts if verdict.finding in PENDING}
    unstable = {verdict.record.key for verdict in verdicts if verdict.finding is Finding.NOT_REPRODUCIBLE}
    return replace(run, proved=frozenset(proved), unstable=frozenset(unstable))


def update(request: Request, watcher: Watcher) -> Result:
    """Capture, prove what differs reproducible, and write it as goldens."""
    goldens, home = open_goldens(request.project), find_home(request.project)
    with hold_environment(request, watcher) as capturing:
        run = capturing.run(request.selection)
        run, verdicts = capture_afresh(
            run, judge_run(run, goldens, request.project.policy), goldens, capturing, CHANGED
        )
        save_run(run, home)
        verdicts = prove(verdicts, capturing.capture_again)
    run = mark_run(run, verdicts)
    save_run(run, home)
    verdicts = open_known(request.project).mark_unstable(verdicts, run.version)
    return replace(_write_changed(run, verdicts, request, watcher), saved=True)


def accept_run(run: Run, request: Request, watcher: Watcher) -> Result:
    """Write what differs in a run that was captured elsewhere, by the rules of `goldens accept`.

    Raises:
        UserError: something of it may not be accepted; nothing is written then.
    """
    goldens, sources = (
        open_goldens(request.project),
        digest_cases(request.project.cases, request.project.package),
    )
    verdicts = open_known(request.project).mark_unstable(
        judge_run(run, goldens, request.project.policy), run.version
    )
    changed = [verdict.record for verdict in verdicts if verdict.finding in CHANGED]
    demand_current(changed, sources)
    demand_named(changed, list_named(run, request.selection), "name its case")
    demand_acceptable(_find_clusters(run, verdicts, goldens), request.because)
    return _write_changed(run, verdicts, request, watcher)


def _find_clusters(run: Run, verdicts: Sequence[Verdict], goldens: Goldens) -> Sequence[PendingCluster]:
    pending = (verdict for verdict in verdicts if verdict.finding in PENDING)
    return find_pending_clusters(make_pending_record(run, verdict, goldens) for verdict in pending)


def _write_changed(run: Run, verdicts: Sequence[Verdict], request: Request, watcher: Watcher) -> Result:
    """Write what may be written, and say what the store made of it."""
    watcher.note("writing goldens")
    changed = [verdict.record for verdict in verdicts if verdict.finding in CHANGED]
    changes: Mapping[Key, GoldenChange] = {}
    if changed:
        with open_writer(request.project, request.because, watcher.note) as writer:
            changes = {record.key: writer.write(record, run.version) for record in changed}
    return make_result(run, verdicts, open_goldens(request.project), request.project.cases, changes)
