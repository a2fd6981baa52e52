"""A bisection: the versions that were tried, the record of each, and the two between which it changed."""

import enum
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from packaging.version import Version

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.records import Record


@dataclass(frozen=True)
class Untestable:
    """A version that gave no record, and a sentence that says why."""

    why: str


Probed: TypeAlias = Record | Untestable


@dataclass(frozen=True)
class Trial:
    """One version that was tried.

    Attributes:
        version: the version.
        probed: its record, or why there is none.
        drift: how its record differs from that of the good end; None where it does not or there is none.
    """

    version: Version
    probed: Probed
    drift: Drift | None = None

    @property
    def record(self) -> Record | None:
        """Its record, where there is one."""
        return self.probed if isinstance(self.probed, Record) else None


@dataclass(frozen=True)
class RecordChange:
    """What a bisection found.

    Attributes:
        before: the newest version that is known to be as the good end.
        after: the oldest version that is known not to be.
        record: what that one gives.
        drift: how it differs from that of the version before.
    """

    before: Version
    after: Version
    record: Record
    drift: Drift


class Outlook(enum.Enum):
    """What a bisection has found out."""

    SEARCHING = "searching"
    FOUND = "found"
    NARROWED = "narrowed"
    SAME = "same"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Bisection:
    """A search for the first version whose record is not that of the good end.

    Each version is tried between the newest that is known to be the same and the oldest that is known to
    have changed, whatever it changed to. So the two that remain are neighbours that differ; where a record
    changed and changed back, an earlier change may have been passed over.

    Attributes:
        candidates: the versions, oldest first.
        preferred: those that are tried before the others between the ends.
        steps: the versions that were tried, in that order.
    """

    candidates: tuple[Version, ...]
    preferred: frozenset[Version] = frozenset()
    steps: tuple[Trial, ...] = ()

    def add_step(self, version: Version, probed: Probed) -> "Bisection":
        """Return the bisection with one more version tried."""
        good = self.good.record if self.good else None
        drift = compare(good, probed) if good and isinstance(probed, Record) else None
        return replace(self, steps=(*self.steps, Trial(version, probed, drift)))

    @property
    def good(self) -> Trial | None:
        """The good end: the oldest version that can be tested."""
        return next(iter(self._tested), None)

    @property
    def bad(self) -> Trial | None:
        """The other end: the newest version that can be tested."""
        return next(iter(self._tested[1:]), None)

    @property
    def last_same(self) -> Trial | None:
        """The newest version that is known to be as the good end."""
        return max((step for step in self._tested if not step.drift), key=_get_version, default=None)

    @property
    def first_changed(self) -> Trial | None:
        """The oldest version that is known not to be as the good end."""
        return min((step for step in self._tested if step.drift), key=_get_version, default=None)

    @property
    def change(self) -> RecordChange | None:
        """The change, as far as it is narrowed down; None where there is none."""
        before, after = self.last_same, self.first_changed
        if before is None or after is None or after.record is None or after.drift is None:
            return None
        return RecordChange(before.version, after.version, after.record, after.drift)

    @property
    def next(self) -> Version | None:
        """The version to try next; None once nothing more can be found out."""
        untried = self._list_untried(self.candidates)
        if untried and self.bad is None:
            return untried[-1] if self.good else untried[0]
        between = self._list_untried(self._between)
        chosen = [version for version in between if version in self.preferred] or between
        return chosen[len(chosen) // 2] if chosen else None

    @property
    def left(self) -> int:
        """How many versions there are to try at most once both ends were, if each can be tested."""
        between = self._list_untried(self._between)
        preferred = sum(version in self.preferred for version in between)
        stretches = groupby(between, key=self.preferred.__contains__)
        others = max((len(list(stretch)) for known, stretch in stretches if not known), default=0)
        return preferred.bit_length() + others.bit_length()

    @property
    def outlook(self) -> Outlook:
        """What is known by now."""
        if self.next is not None:
            return Outlook.SEARCHING
        if self.bad is None:
            return Outlook.NOTHING
        if self.first_changed is None:
            return Outlook.SAME
        return Outlook.NARROWED if self.passed_over else Outlook.FOUND

    @property
    def passed_over(self) -> tuple[Trial, ...]:
        """What could not be tested between the newest that is the same and the oldest that changed."""
        between = self._between
        return tuple(sorted((step for step in self.steps if step.version in between), key=_get_version))

    def is_as_bad(self, record: Record) -> bool:
        """Whether a record is that of the other end."""
        bad = self.bad.record if self.bad else None
        return bad is not None and compare(bad, record) is None

    @property
    def _tested(self) -> list[Trial]:
        return [step for step in self.steps if step.record]

    @property
    def _between(self) -> tuple[Version, ...]:
        if not (self.last_same and self.first_changed):
            return ()
        low, high = self.last_same.version, self.first_changed.version
        return tuple(version for version in self.candidates if low < version < high)

    def _list_untried(self, versions: tuple[Version, ...]) -> list[Version]:
        tried = {step.version for step in self.steps}
        return [version for version in versions if version not in tried]


def _get_version(step: Trial) -> Version:
    return step.version
