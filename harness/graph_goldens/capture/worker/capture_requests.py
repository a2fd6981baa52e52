"""Capture what a request asks for: known records of a case together, every other record alone."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.capture.tracing.case_capture import capture
from graph_goldens.capture.tracing.switches import mend_after_fork, set_switches
from graph_goldens.capture.tracing.warm_up import STAGES, warm_up
from graph_goldens.capture.worker.child_process import Announce
from graph_goldens.capture.worker.child_tasks import Ended, Limits, Task, run_tasks
from graph_goldens.capture.worker.process_memory import make_cheap_to_fork
from graph_goldens.cases.discovery import FoundCase
from graph_goldens.cases.module_state import ModuleState
from graph_goldens.records import (
    Capture,
    Outcome,
    Record,
    RecordError,
    digest_record,
    dump_capture,
    load_capture_line,
)

_GARBLED = "garbled record"
_GROUPS_A_JOB = 2


@dataclass(frozen=True)
class Wanted:
    """A record to capture.

    Attributes:
        case: the case.
        path: the tracing path.
        expected: digest of the record that is expected; empty where none is.
    """

    case: FoundCase
    path: str
    expected: str = ""

    @property
    def empty(self) -> Record:
        """The empty record that the capture fills."""
        return Record(self.case.name, self.path, Outcome.GRAPHS, source=self.case.source, rules=RULES_VERSION)


def capture_all(
    wanted: Sequence[Wanted], limits: Limits, jobs: int, private: Collection[int] = ()
) -> Iterator[Capture]:
    """Capture records, stage by stage, and yield them as they finish.

    Records that are expected to equal known ones are captured first, all tracing paths of a case in one
    child, which takes half the time. That can only confirm: a record that differs from the known one, or
    is missing, is discarded and captured alone, in a child that begins from the same state whatever else
    is asked for.

    Args:
        wanted: the records.
        limits: what a child may use, whether it captures one record or several.
        jobs: captures at once.
        private: descriptors of this process that no child may write to.
    """
    for number, stage in enumerate(STAGES):
        of_stage = [each for each in wanted if each.path in stage]
        if not of_stage:
            continue
        for earlier in STAGES[: number + 1]:
            warm_up(earlier)
        set_switches()
        yield from _capture_stage(of_stage, limits, jobs, private)


def _capture_stage(
    wanted: Sequence[Wanted], limits: Limits, jobs: int, private: Collection[int]
) -> Iterator[Capture]:
    together, alone = _sort_by_child(wanted, jobs)
    make_cheap_to_fork(len(wanted))
    state = ModuleState()
    for group in run_tasks([_make_group_task(several, state, limits) for several in together], jobs, private):
        confirmed = _confirm(group)
        yield from confirmed.values()
        alone.extend(each for each in group.key if each.path not in confirmed)
    for ended in run_tasks([_make_single_task(each, limits) for each in alone], jobs, private):
        yield _read_capture(ended)


def _sort_by_child(wanted: Sequence[Wanted], jobs: int) -> tuple[list[list[Wanted]], list[Wanted]]:
    """Split records into groups that are captured together, enough for all jobs, and those captured alone."""
    of_case: dict[str, list[Wanted]] = defaultdict(list)
    for each in wanted:
        of_case[each.case.name if each.expected else ""].append(each)
    alone = of_case.pop("", [])
    parts = -(-_GROUPS_A_JOB * jobs // max(1, len(of_case)))
    groups = [several[part::parts] for several in of_case.values() for part in range(parts)]
    alone += [each for group in groups if len(group) == 1 for each in group]
    return [group for group in groups if len(group) > 1], alone


def _make_group_task(several: Sequence[Wanted], state: ModuleState, limits: Limits) -> Task[Sequence[Wanted]]:
    def fill(announce: Announce) -> Iterator[str]:
        mend_after_fork()
        for each in several:
            state.put_back()
            set_switches()
            yield dump_capture(capture(each.case.build, each.empty, announce))

    return Task(several, fill, limits)


def _confirm(group: Ended[Sequence[Wanted]]) -> dict[str, Capture]:
    """Read, by tracing path, the captures of a group that equal what was expected."""
    confirmed: dict[str, Capture] = {}
    for each, line in zip(group.key, group.lines, strict=False):
        try:
            made = load_capture_line(line)
        except RecordError:  # the program wrote into the middle of it
            continue
        if not made.broken and not made.fault and digest_record(made.record) == each.expected:
            confirmed[each.path] = made
    return confirmed


def _make_single_task(wanted: Wanted, limits: Limits) -> Task[Record]:
    empty = wanted.empty

    def fill(announce: Announce) -> Iterator[str]:
        mend_after_fork()
        yield dump_capture(capture(wanted.case.build, empty, announce))

    return Task(empty, fill, limits)


def _read_capture(ended: Ended[Record]) -> Capture:
    """Read what a child captured, or make the record of how it died."""
    if ended.line is not None:
        try:
            return replace(load_capture_line(ended.line), log=ended.log)
        except RecordError:  # the program wrote into the middle of it
            ended = replace(ended, lines=(), death=_GARBLED)
    outcome = Outcome.CRASH if ended.death else Outcome.TIMEOUT
    reason = " while ".join(filter(None, (ended.death, ended.step)))
    record = replace(ended.key, outcome=outcome, reason=reason)
    return Capture(record, seconds=ended.seconds, log=ended.log)
