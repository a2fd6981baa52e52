"""List the cases: build each, in children, to learn its tracing paths and its author's mistakes."""

import json
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from graph_goldens.capture.tracing.stable_errors import find_missing_device
from graph_goldens.capture.tracing.switches import mend_after_fork, set_switches
from graph_goldens.capture.worker.child_process import Announce
from graph_goldens.capture.worker.child_tasks import Ended, Limits, Task, run_tasks
from graph_goldens.capture.worker.read_files import Reads
from graph_goldens.cases.case_checks import find_mistake, list_paths
from graph_goldens.cases.discovery import FoundCase
from graph_goldens.cases.known_paths import KnownPaths
from graph_goldens.cases.mistakes import Mistake, word_error

_TOGETHER = 16


@dataclass(frozen=True)
class BuildResult:
    """What building a case showed: the tracing paths that it goes through, or what is wrong with it."""

    paths: Sequence[str] = ()
    error: str = ""


def build_cases(
    cases: Sequence[FoundCase],
    known: KnownPaths,
    seconds: float,
    jobs: int,
    private: Collection[int],
    tell: Callable[[str], None] = lambda _: None,
    reads: Reads | None = None,
) -> dict[str, BuildResult]:
    """Build each case and return what that showed, by name.

    Sound cases are built several in a child, which is quick. What is wrong with a case is believed only of
    a child that builds nothing else, since the cases before it may be to blame.

    Args:
        cases: the cases.
        known: the tracing paths that there are.
        seconds: how long a case may take to build.
        jobs: children at once.
        private: descriptors of this process that no child may write to.
        tell: hears of each case, or first of several, that was built.
        reads: takes what the children read, where anybody wants to know.
    """
    several = [cases[start : start + _TOGETHER] for start in range(0, len(cases), _TOGETHER)]
    found: dict[str, BuildResult] = {}
    for group in (several, None):
        alone = [[case] for case in cases if case.name not in found]
        for ended in run_tasks(
            [_make_task(each, known, seconds, reads) for each in group or alone], jobs, private
        ):
            tell(ended.key[0].name)
            results = _read_results(ended, seconds)
            with suppress(ValueError, TypeError):  # what a case wrote into the pipe itself
                if reads and len(ended.lines) > len(ended.key):
                    reads.add_built(*json.loads(ended.lines[-1]))
            found |= {name: each for name, each in results.items() if not each.error or group is None}
    return found


def collect_mistakes(cases: Iterable[FoundCase], results: Mapping[str, BuildResult]) -> list[Mistake]:
    """Collect what is wrong with cases."""
    wrong = ((case, results[case.name].error) for case in cases)
    return [Mistake(case.file, error, (case.name,), case.line) for case, error in wrong if error]


def _make_task(
    cases: Sequence[FoundCase], known: KnownPaths, seconds: float, reads: Reads | None
) -> Task[Sequence[FoundCase]]:
    def build(announce: Announce) -> Iterator[str]:
        mend_after_fork()
        for case in cases:
            announce(case.name)
            signal.alarm(max(1, round(seconds)))  # ends this process, wherever it hangs
            set_switches()
            result = _build_one(case, known.list_for(case.pack))
            signal.alarm(0)
            yield json.dumps([case.name, result.paths, result.error])
        if reads:
            yield json.dumps(reads.take_capture())

    return Task(cases, build, Limits(seconds * len(cases) + 1))


def _build_one(case: FoundCase, known: Sequence[str]) -> BuildResult:
    try:
        made = case.build()
        error = find_mistake(made, known)
        return BuildResult(error=error) if error else BuildResult(list_paths(made, known))
    except Exception as error:  # whatever else a case raises is its author's to mend
        if find_missing_device(error):  # its captures say that it is not available here
            return BuildResult(list(known))
        return BuildResult(error=f"it cannot be built: {word_error(error)}")


def _read_results(ended: Ended[Sequence[FoundCase]], seconds: float) -> dict[str, BuildResult]:
    """Read what a child says; where it ended too early, that is held against the case that it had begun."""
    found: dict[str, BuildResult] = {}
    for case, line in zip(ended.key, ended.lines, strict=False):
        with suppress(ValueError):  # what a case wrote into the pipe itself
            name, paths, error = json.loads(line)
            if name != case.name:
                break
            found[name] = BuildResult(paths, error)
    missing = [case.name for case in ended.key if case.name not in found]
    if missing:
        hangs = not ended.death or ended.death == signal.SIGALRM.name
        how = f"takes more than {seconds:g} seconds" if hangs else f"ends with {ended.death}"
        found[missing[0]] = BuildResult(error=f"building it {how}")
    return found
