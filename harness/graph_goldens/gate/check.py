"""Check an environment's graphs against the goldens, and accept what differs."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from packaging.version import Version

from graph_goldens.drift import Severity
from graph_goldens.environments import Build, Environment, open_environment, open_interpreter, use_environment
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.capture import Capturing, Watcher
from graph_goldens.gate.judge import CHANGED, PENDING, judge_run, prove
from graph_goldens.gate.project import Project
from graph_goldens.goldens import Goldens, StoredGolden, hold_update_lock
from graph_goldens.goldens.cached_goldens import FixedGoldens
from graph_goldens.goldens.syrupy_extension import Binding
from graph_goldens.pytest_plugin.records_session import assert_records
from graph_goldens.runs.run import Run, load_run, locate_run, save_run
from graph_goldens.runs.selection import EVERYTHING, Key, Selection
from graph_goldens.runs.shard import Part
from graph_goldens.runs.verdict import ExitCode, Finding, Verdict, choose_gravest


@dataclass(frozen=True)
class Request:
    """What a person asked for.

    Attributes:
        project: the project.
        build: what the environment is to hold, or the path of an interpreter that has a PyTorch.
        selection: the cases and tracing paths.
        because: the reason to write into accepted goldens.
        reuse: whether earlier captures are reused where nothing that they depend on has changed.
        explain: whether to say why each capture is made.
        part: the part of what is selected that is captured; all of it where None.
    """

    project: Project
    build: Build | str
    selection: Selection = EVERYTHING
    because: str = ""
    reuse: bool = False
    explain: bool = False
    part: Part | None = None

    @property
    def name(self) -> str:
        """What the environment is called."""
        return self.build if isinstance(self.build, str) else self.build.name


@dataclass(frozen=True)
class Result:
    """What a check or an update found and did.

    Attributes:
        run: the run.
        verdicts: what was found about each record, in the order of the run.
        unused: goldens that no case of a complete run gives a record for.
        written: the records whose goldens an update wrote.
        stale: how many goldens of other versions were captured from an older revision of their case.
        of_build: how many goldens drifted that were captured from exactly this version and the same case.
        saved: whether `goldens pending`, `accept` and `review` know the run: no part of one is kept that
            was captured before or elsewhere.
    """

    run: Run
    verdicts: Sequence[Verdict]
    unused: Sequence[StoredGolden] = ()
    written: frozenset[Key] = frozenset()
    stale: int = 0
    of_build: int = 0
    saved: bool = False

    def find_exit_code(self, fail_on: Severity = Severity.COSMETIC) -> ExitCode:
        """Find the code with which the command ends; what was written is no longer missing or drifted."""
        codes = [verdict.exit_code for verdict in self.verdicts if verdict.record.key not in self.written]
        if fail_on is Severity.SEMANTIC:
            codes = [code for code in codes if code is not ExitCode.COSMETIC_DRIFT]
        if self.unused:
            codes.append(ExitCode.MISSING_OR_UNUSED)
        return choose_gravest(codes)


def open_goldens(project: Project) -> Goldens:
    """Open the goldens of a project."""
    return Goldens(project.snapshots, project.supported)


def _open_fixed_goldens(project: Project) -> FixedGoldens:
    """Read the goldens of a project as they are now, for a command that asks for each and writes none."""
    return FixedGoldens(project.snapshots, project.supported)


def find_home(project: Project) -> Path:
    """Find the project's own part of the working folder, where its runs and rejections lie.

    Projects may share a working folder, for its environments: what is pending in one is not in another.
    """
    if all(folder.is_relative_to(project.root) for folder in (project.working, project.cases)):
        return project.working
    digest = hashlib.sha256(f"{project.root}\0{project.cases}".encode()).hexdigest()
    return project.working / "projects" / digest[:12]


def check(request: Request, watcher: Watcher) -> Result:
    """Capture, hold against the goldens, prove what differs, and write nothing outside the working folder."""
    goldens, home = _open_fixed_goldens(request.project), find_home(request.project)
    with hold_environment(request, watcher) as capturing:
        run = replace(capturing, expect=goldens.digest_records).run(request.selection)
        verdicts = judge_run(run, goldens)
        known = _find_known(run, verdicts, home) if capturing.reuse else frozenset()
        run, verdicts = _capture_afresh(run, verdicts, goldens, capturing, PENDING, known)
        save_run(run, home)
        verdicts = prove(verdicts, capturing.capture_again, PENDING, known)
    run = _mark_run(run, verdicts)
    if run.proved or run.unstable:
        save_run(run, home)
    return replace(_make_result(run, verdicts, goldens, watcher), saved=run.shard is None)


def check_run(run: Run, request: Request, watcher: Watcher) -> Result:
    """Hold a run that was captured before or elsewhere against the goldens; all of it becomes pending."""
    whole = request.selection.everything
    if whole:
        save_run(run, find_home(request.project))
    goldens = _open_fixed_goldens(request.project)
    return replace(
        _make_result(run, judge_run(run, goldens), goldens, watcher), saved=whole and run.shard is None
    )


def _make_result(run: Run, verdicts: Sequence[Verdict], goldens: Goldens, watcher: Watcher) -> Result:
    watcher.note("asserting the records")
    failures = assert_records(verdicts, Binding(goldens, run.version))
    _demand_agreement(verdicts, failures.keys())
    of_build = sum(_is_build_drift(verdict, goldens, run.version) for verdict in verdicts)
    return Result(
        run, verdicts, _find_unused(goldens, run), frozenset(), _count_stale(goldens, run), of_build
    )


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


def _capture_afresh(
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
    return anew, verdicts if anew is run else judge_run(anew, goldens)


def _mark_run(run: Run, verdicts: Sequence[Verdict]) -> Run:
    proved = {verdict.record.key for verdict in verdicts if verdict.finding in PENDING}
    unstable = {verdict.record.key for verdict in verdicts if verdict.finding is Finding.NOT_REPRODUCIBLE}
    return replace(run, proved=frozenset(proved), unstable=frozenset(unstable))


def update(request: Request, watcher: Watcher) -> Result:
    """Capture, prove what differs reproducible, and write it as goldens."""
    goldens, home = open_goldens(request.project), find_home(request.project)
    with hold_environment(request, watcher) as capturing:
        expecting = replace(capturing, expect=_open_fixed_goldens(request.project).digest_records)
        run = expecting.run(request.selection)
        run, verdicts = _capture_afresh(run, judge_run(run, goldens), goldens, capturing, CHANGED)
        save_run(run, home)
        verdicts = prove(verdicts, capturing.capture_again)
    run = _mark_run(run, verdicts)
    save_run(run, home)
    return replace(_write_goldens(run, verdicts, request, watcher), saved=True)


def accept_run(run: Run, request: Request, watcher: Watcher) -> Result:
    """Write what differs in a run that was captured elsewhere; what it says of claims and faults holds."""
    return _write_goldens(run, judge_run(run, open_goldens(request.project)), request, watcher)


def _write_goldens(run: Run, verdicts: Sequence[Verdict], request: Request, watcher: Watcher) -> Result:
    goldens = open_goldens(request.project)
    watcher.note("writing goldens")
    changed = [verdict for verdict in verdicts if verdict.finding in CHANGED]
    lock = partial(hold_update_lock, request.project.snapshots, request.project.working, watcher.note)
    binding = Binding(goldens, run.version, request.because, exact=True, lock=lock)
    failures = assert_records(changed, binding, update=True) if changed else {}
    if failures:
        raise ToolError(next(iter(failures.values())))
    written = frozenset(verdict.record.key for verdict in changed)
    return Result(run, verdicts, _find_unused(goldens, run), written, _count_stale(goldens, run))


@contextmanager
def hold_environment(request: Request, watcher: Watcher) -> Iterator[Capturing]:
    """Open the environment that is asked for, and keep others from removing it while it is used."""
    environment = _open_for(request, watcher)
    with use_environment(environment, request.project.working):
        yield Capturing(request.project, environment, watcher, request.reuse, request.explain, request.part)


def _open_for(request: Request, watcher: Watcher) -> Environment:
    if isinstance(request.build, str):
        return open_interpreter(request.build, request.project.working)
    return open_environment(request.build, request.project.working, watcher.note)


def _find_unused(goldens: Goldens, run: Run) -> Sequence[StoredGolden]:
    return goldens.find_unused(run.captures.keys()) if run.complete else ()


def _count_stale(goldens: Goldens, run: Run) -> int:
    """Count goldens of other versions that were captured from an older revision of a case of the run."""
    own = {goldens.find_file(*key, run.version) for key in run.captures}
    sources = {key: capture.record.source for key, capture in run.captures.items()}
    others = (stored for stored in goldens.list_stored() if stored.file not in own and stored.key in sources)
    return sum(goldens.read_source(stored.file) != sources[stored.key] for stored in others)


def _is_build_drift(verdict: Verdict, goldens: Goldens, version: Version) -> bool:
    """Tell whether neither version nor case explains a drift: it lies in the build or its platform."""
    if verdict.finding is not Finding.DRIFTED or verdict.golden is None:
        return False
    key, accepted = verdict.record.key, verdict.golden.record
    own = goldens.find_file(*key, version) == goldens.locate_own(*key, version)
    return own and accepted.source == verdict.record.source


def _demand_agreement(verdicts: Sequence[Verdict], failed: object) -> None:
    """Refuse a run whose tests and verdicts disagree: they compare the same, so neither can be trusted."""
    same = {Finding.SAME, Finding.OLDER_SOURCE}
    expected = {verdict.record.key for verdict in verdicts if verdict.finding not in same}
    if expected != failed:
        raise ToolError("the tests of this run and its verdicts disagree, which is a fault of the harness")
