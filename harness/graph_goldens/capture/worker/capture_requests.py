"""Capture what a request asks for, each record in a process of its own."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.capture.tracing.case_capture import capture
from graph_goldens.capture.tracing.switches import mend_after_fork, set_switches
from graph_goldens.capture.tracing.warm_up import warm_up
from graph_goldens.capture.worker.child_process import Announce
from graph_goldens.capture.worker.child_tasks import Ended, Limits, Task, run_tasks
from graph_goldens.capture.worker.process_memory import make_cheap_to_fork
from graph_goldens.capture.worker.read_files import Reads
from graph_goldens.capture.worker.work_beside import Beside, work_beside
from graph_goldens.cases.case import Case
from graph_goldens.cases.discovery import FoundCase
from graph_goldens.cases.known_paths import ONLY_BUILT_IN, KnownPaths
from graph_goldens.cases.path_rows import WarmUp
from graph_goldens.record_bounds import read_capture
from graph_goldens.records import Capture, Json, Outcome, Record, RecordError, dump_capture

_GARBLED, _SPOKE_FOR_ANOTHER = "garbled record", "spoke for another"


@dataclass(frozen=True)
class Wanted:
    """A record to capture.

    Attributes:
        case: the case.
        path: the tracing path.
        known: the tracing paths that there are.
    """

    case: FoundCase
    path: str
    known: KnownPaths = ONLY_BUILT_IN

    @property
    def stage(self) -> WarmUp:
        """When its path is warmed up."""
        return self.known.find_stage(self.path)

    @property
    def empty(self) -> Record:
        """The empty record that the capture fills."""
        return Record(self.case.name, self.path, Outcome.GRAPHS, source=self.case.source, rules=RULES_VERSION)


@dataclass(frozen=True)
class Sent:
    """A capture on its way from a child to the host, as text: what was written once is not written again.

    Attributes:
        capture: its JSON object, as the child wrote it.
        log: the end of what the child wrote to its standard output and error.
    """

    capture: str
    log: str


def capture_all(
    wanted: Sequence[Wanted],
    limits: Limits,
    jobs: int,
    send: Callable[[Sent], None],
    private: Collection[int] = (),
    reads: Reads | None = None,
    share: Callable[[dict[str, Json]], None] = lambda _: None,
) -> None:
    """Capture records, each in a process of its own, stage by stage, and send them as they finish.

    Each is forked from one that is what this process is at its stage: it has imported the case modules and
    traced the harness's own small program by the paths of that stage and of those before it. Nothing that
    another record leaves behind, and nothing of what else is asked for, is in it. State that a program leaves
    cannot be listed and put back, so no two records share a process.

    A stage is captured beside this process, which warms up for the next one meanwhile.

    Args:
        wanted: the records.
        limits: what one capture may use.
        jobs: captures at once.
        send: hears of each capture, in the process that captures its stage.
        private: descriptors of this process that no capture may write to.
        reads: what this process has read since the cases were listed, where anybody wants to know.
        share: hears of what all captures from then on read beside what each says itself.
    """
    before: Beside | None = None
    for stage in WarmUp:
        of_stage = [each for each in wanted if each.stage is stage]
        if not of_stage:
            continue
        for earlier in WarmUp:
            if earlier <= stage:
                warm_up(earlier)
        set_switches()
        if before:
            before.wait()
        if reads:
            share(reads.share())
        make_cheap_to_fork(len(of_stage))
        before = work_beside(partial(_capture_stage, of_stage, limits, jobs, send, private, reads))
    if before:
        before.wait()


def _capture_stage(
    wanted: Sequence[Wanted],
    limits: Limits,
    jobs: int,
    send: Callable[[Sent], None],
    private: Collection[int],
    reads: Reads | None,
) -> None:
    for ended in run_tasks([_make_task(each, limits, reads) for each in wanted], jobs, private):
        send(_read_ended(ended))


def _make_task(wanted: Wanted, limits: Limits, reads: Reads | None) -> Task[Record]:
    empty = wanted.empty

    def fill(announce: Announce) -> Iterator[str]:
        mend_after_fork()
        captured = capture(_declare_reads(wanted.case, reads), empty, announce, wanted.known)
        marks, unnamed = reads.take_capture() if reads else ({}, ())
        yield dump_capture(replace(captured, reads=marks, unnamed=unnamed))

    return Task(empty, fill, limits)


def _declare_reads(case: FoundCase, reads: Reads | None) -> Callable[[], Case]:
    """Make what builds a case and notes the files that it declares, before anything is traced."""

    def build() -> Case:
        made = case.build()
        if reads and isinstance(made, Case):
            reads.declare(made.reads, case.build.__module__)
        return made

    return build


def _read_ended(ended: Ended[Record]) -> Sent:
    """Pass on what a child captured, or make the record of how it died."""
    if ended.line is not None:
        try:
            if read_capture(ended.line).record.key == ended.key.key:
                return Sent(ended.line, ended.log)
            ended = replace(ended, lines=(), death=_SPOKE_FOR_ANOTHER)
        except RecordError:  # the program wrote into the middle of it
            ended = replace(ended, lines=(), death=_GARBLED)
    outcome = Outcome.CRASH if ended.death else Outcome.TIMEOUT
    reason = " while ".join(filter(None, (ended.death, ended.step)))
    record = replace(ended.key, outcome=outcome, reason=reason)
    return Sent(dump_capture(Capture(record, seconds=ended.seconds)), ended.log)
