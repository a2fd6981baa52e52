"""Check an environment's graphs against the goldens, and accept what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from harness.drift import Severity
from harness.environments import Build, Environment, open_environment, release
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
        build: what the environment is to hold.
        selection: the cases and tracing paths.
        because: the reason to write into accepted goldens.
    """

    project: Project
    build: Build
    selection: Selection = EVERYTHING
    because: str = ""


@dataclass(frozen=True)
class Result:
    """What a check or an update found and did.

    Attributes:
        run: the run.
        verdicts: what was found about each record, in the order of the run.
        unused: goldens that no case of a complete run gives a record for.
        written: the records whose goldens an update wrote.
    """

    run: Run
    verdicts: Sequence[Verdict]
    unused: Sequence[Stored] = ()
    written: frozenset[Key] = frozenset()

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
    capturing = _capturing(request, watcher)
    run = _captured(capturing, request.selection)
    goldens = goldens_of(request.project)
    verdicts = judge(run.captures.values(), goldens, run.version)
    watcher.note("asserting the records")
    failures = assert_records(verdicts, Binding(goldens, run.version))
    _demand_agreement(verdicts, failures.keys())
    return Result(run, verdicts, _unused(goldens, run))


def update(request: Request, watcher: Watcher) -> Result:
    """Capture, prove what differs reproducible, and write it as goldens."""
    capturing = _capturing(request, watcher)
    run = _captured(capturing, request.selection)
    goldens = goldens_of(request.project)
    verdicts = prove(judge(run.captures.values(), goldens, run.version), capturing.again)
    watcher.note("writing goldens")
    changed = [verdict for verdict in verdicts if verdict.finding in CHANGED]
    lock = partial(update_lock, request.project.snapshots, request.project.working, watcher.note)
    binding = Binding(goldens, run.version, request.because, exact=True, lock=lock)
    failures = assert_records(changed, binding, update=True) if changed else {}
    if failures:
        raise ToolError(next(iter(failures.values())))
    return Result(run, verdicts, _unused(goldens, run), frozenset(verdict.record.key for verdict in changed))


def _capturing(request: Request, watcher: Watcher) -> Capturing:
    return Capturing(request.project, _environment(request, watcher), watcher)


def _environment(request: Request, watcher: Watcher) -> Environment:
    return open_environment(request.build, request.project.working, watcher.note)


def _captured(capturing: Capturing, selection: Selection) -> Run:
    run = capturing.run(selection)
    save_run(run, capturing.project.working)
    return run


def _unused(goldens: Goldens, run: Run) -> Sequence[Stored]:
    return goldens.unused(run.captures.keys()) if run.complete else ()


def _demand_agreement(verdicts: Sequence[Verdict], failed: object) -> None:
    """The tests and the verdicts compare the same; if they ever disagree, neither may be believed."""
    same = {Finding.SAME, Finding.OLDER_SOURCE}
    expected = {verdict.record.key for verdict in verdicts if verdict.finding not in same}
    if expected != failed:
        raise ToolError("the tests of this run and its verdicts disagree, which is a fault of the harness")
