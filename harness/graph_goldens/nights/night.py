"""A night: what one build of PyTorch was found to do, and how that differs from the night before."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph_goldens.drift.drift import Drift
from graph_goldens.gate.result import Result
from graph_goldens.keys import Key
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict

DriftMark = tuple[str, str, str]
"""A case, a tracing path, and the fingerprint of a change there, or in words what else is wrong."""

TROUBLES = (
    *(Finding.MISSING, Finding.BROKEN_CLAIM, Finding.NOT_REPRODUCIBLE),
    *(Finding.UNREADABLE, Finding.FAULT),
)


@dataclass(frozen=True)
class Night:
    """What is kept of a night beside its run.

    Attributes:
        number: which night it is, from 1.
        build: PyTorch's version, with its local part.
        commit: the commit that the build says it was built from; empty where it does not say.
        environment: the name of the environment that was made for it; empty where none was.
        looked: when it was looked at, in UTC.
        exit_code: how its check ended.
        new: what fails the check.
        known: what drifts as is known.
    """

    number: int
    build: str
    commit: str
    environment: str
    looked: datetime.datetime
    exit_code: int
    new: tuple[DriftMark, ...] = ()
    known: tuple[DriftMark, ...] = ()


@dataclass(frozen=True)
class NightLook:
    """A night as it was just looked at.

    Attributes:
        night: what is kept of it.
        run: its run.
        result: the run held against the goldens.
        before: the night before; None for the first.
        before_run: the run of that; None where it is not kept.
    """

    night: Night
    run: Run
    result: Result
    before: Night | None = None
    before_run: Run | None = None

    @property
    def appeared(self) -> frozenset[DriftMark]:
        """What is new since the night before, known or not."""
        before = {*self.before.new, *self.before.known} if self.before else set()
        return frozenset({*self.night.new, *self.night.known} - before)

    @property
    def went(self) -> frozenset[DriftMark]:
        """What is gone since the night before."""
        now = {*self.night.new, *self.night.known}
        before = {*self.before.new, *self.before.known} if self.before else set()
        return frozenset(mark for mark in before - now if self.tells_of(mark))

    def tells_of(self, mark: DriftMark) -> bool:
        """Whether the night says anything of the record of a mark: that it was not captured says nothing."""
        capture = self.run.captures.get(Key(*mark[:2]))
        return capture.fault is None if capture else self.run.complete


def list_marks(verdict: Verdict) -> Iterator[DriftMark]:
    """Yield the marks of what drifts in a record, known or not, or of what else is wrong with it."""
    if verdict.finding in TROUBLES:
        yield (*verdict.record.key, verdict.finding.value)
    elif verdict.drift and verdict.finding in (Finding.DRIFTED, Finding.KNOWN):
        yield from mark_changes(verdict.drift)


def mark_changes(drift: Drift) -> Iterator[DriftMark]:
    """Yield the marks of a drift's changes."""
    for change in drift.changes:
        yield (*drift.key, change.fingerprint)


def split_marks(verdicts: Iterable[Verdict]) -> tuple[tuple[DriftMark, ...], tuple[DriftMark, ...]]:
    """List what is new, then what is known: of a record that is partly known each change by itself."""
    new: list[DriftMark] = []
    known: list[DriftMark] = []
    for verdict in verdicts:
        decided = verdict.drift.known if verdict.drift else frozenset()
        for mark in list_marks(verdict):
            (known if mark[2] in decided else new).append(mark)
    return tuple(sorted(new)), tuple(sorted(known))
