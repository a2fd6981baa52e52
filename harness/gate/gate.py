"""Check an environment's graphs against the goldens, and accept what differs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from packaging.version import Version

from harness.drift import Severity
from harness.environments import Build, Environment, open_environment, open_interpreter, release, using
from harness.errors import ToolError
from harness.gate.capture import Capturing, Watcher
from harness.gate.judge import CHANGED, judge, prove
from harness.gate.session import assert_records
from harness.gate.settings import Project
from harness.goldens import Goldens, Stored, update_lock
from harness.goldens.extension import Binding
from harness.runs.run import Run, save_run
from harness.runs.selection import EVERYTHING, Key, Selection
from harness.runs.verdict import ExitCode, Finding, Verdict, gravest


@dataclass(frozen=True)
class Request:
    """What a person asked for.

    Attributes:
        project: the project.
        build: what the environment is to hold, or the path of an interpreter that has a PyTorch.
        selection: the cases and tracing paths.
        because: the reason to write into accepted goldens.
        reuse: whether captures of before will do where nothing that they depend on has changed.
    """

    project: Project
    build: Build | str
    selection: Selection = EVERYTHING
    because: str = ""
    reuse: bool = False

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
        of_build: how many goldens drifted that were captured from this very version and the same case.
    """

    run: Run
    verdicts: Sequence[Verdict]
    unused: Sequence[Stored] = ()
    written: frozenset[Key] = frozenset()
    stale: int = 0
    of_build: int = 0

    def exit_code(self, fail_on: Severity = Severity.COSMETIC) -> ExitCode:
        """Give the code with which the command ends; what was written is no longer missing or drifted."""
        codes = [verdict.exit_code for verdict in self.verdicts if verdict.record.key not in self.written]
        if fail_on is Severity.SEMANTIC:
            codes = [code for code in codes if code is not ExitCode.COSMETIC_DRIFT]
        if self.unused:
            codes.append(ExitCode.MISSING_OR_UNUSED)
        return gravest(codes)


def request_default(project: Project) -> Build:
    """Describe the environment of a project's default PyTorch."""
    return release(str(project.default))


def goldens_of(project: Project) -> Goldens:
    """Give the goldens of a project."""
    return Goldens(project.snapshots, project.supported)


def check(request: Request, watcher: Watcher) -> Result:
    """Capture, hold against the goldens, and write nothing outside the working folder."""
    with _capturing(request, watcher) as capturing:
        run = _captured(capturing, request.selection)
    return check_run(run, request, watcher)


def check_run(run: Run, request: Request, watcher: Watcher) -> Result:
    """Hold a run, captured here or elsewhere, against the goldens."""
    goldens = goldens_of(request.project)
    verdicts = judge(run.captures.values(), goldens, run.version)
    watcher.note("asserting the records")
    failures = assert_records(verdicts, Binding(goldens, run.version))
    _demand_agreement(verdicts, failures.keys())
    of_build = sum(_drifted_with_build(verdict, goldens, run.version) for verdict in verdicts)
    return Result(run, verdicts, _unused(goldens, run), frozenset(), _stale(goldens, run), of_build)


def update(request: Request, watcher: Watcher) -> Result:
    """Capture, prove what differs reproducible, and write it as goldens."""
    goldens = goldens_of(request.project)
    with _capturing(request, watcher) as capturing:
        run = _captured(capturing, request.selection)
        verdicts = prove(judge(run.captures.values(), goldens, run.version), capturing.again)
    return _written(run, verdicts, request, watcher)


def accept_run(run: Run, request: Request, watcher: Watcher) -> Result:
    """Write what differs in a run that was captured elsewhere; what it says of claims and faults holds."""
    verdicts = judge(run.captures.values(), goldens_of(request.project), run.version)
    return _written(run, verdicts, request, watcher)


def _written(run: Run, verdicts: Sequence[Verdict], request: Request, watcher: Watcher) -> Result:
    goldens = goldens_of(request.project)
    watcher.note("writing goldens")
    changed = [verdict for verdict in verdicts if verdict.finding in CHANGED]
    lock = partial(update_lock, request.project.snapshots, request.project.working, watcher.note)
    binding = Binding(goldens, run.version, request.because, exact=True, lock=lock)
    failures = assert_records(changed, binding, update=True) if changed else {}
    if failures:
        raise ToolError(next(iter(failures.values())))
    written = frozenset(verdict.record.key for verdict in changed)
    return Result(run, verdicts, _unused(goldens, run), written, _stale(goldens, run))


@contextmanager
def _capturing(request: Request, watcher: Watcher) -> Iterator[Capturing]:
    environment = open_for(request, watcher)
    with using(environment, request.project.working):
        yield Capturing(request.project, environment, watcher, request.reuse)


def open_for(request: Request, watcher: Watcher) -> Environment:
    """Open the environment that is asked for."""
    if isinstance(request.build, str):
        return open_interpreter(request.build, request.project.working)
    return open_environment(request.build, request.project.working, watcher.note)


def _captured(capturing: Capturing, selection: Selection) -> Run:
    run = capturing.run(selection)
    save_run(run, capturing.project.working)
    return run


def _unused(goldens: Goldens, run: Run) -> Sequence[Stored]:
    return goldens.unused(run.captures.keys()) if run.complete else ()


def _stale(goldens: Goldens, run: Run) -> int:
    """Count goldens of other versions that were captured from an older revision of a case of the run."""
    own = {goldens.where(*key, run.version) for key in run.captures}
    sources = {key: capture.record.source for key, capture in run.captures.items()}
    others = (stored for stored in goldens.stored() if stored.file not in own and stored.key in sources)
    return sum(goldens.source(stored.file) != sources[stored.key] for stored in others)


def _drifted_with_build(verdict: Verdict, goldens: Goldens, version: Version) -> bool:
    """Tell whether neither version nor case explains a drift: it lies in the build or its platform."""
    if verdict.finding is not Finding.DRIFTED or verdict.golden is None:
        return False
    key, accepted = verdict.record.key, verdict.golden.record
    own = goldens.where(*key, version) == goldens.location(*key, version)
    return own and accepted.source == verdict.record.source


def _demand_agreement(verdicts: Sequence[Verdict], failed: object) -> None:
    """The tests and the verdicts compare the same; if they ever disagree, neither may be believed."""
    same = {Finding.SAME, Finding.OLDER_SOURCE}
    expected = {verdict.record.key for verdict in verdicts if verdict.finding not in same}
    if expected != failed:
        raise ToolError("the tests of this run and its verdicts disagree, which is a fault of the harness")
