"""Match a run with what its project knows: by change, record and PyTorch version, and by nothing broader."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.version import Version

from graph_goldens.gate.project import Project
from graph_goldens.goldens.known_drift import GoneDrift, KnownDrift, KnownKind, KnownStanding
from graph_goldens.goldens.known_folder import list_known
from graph_goldens.keys import Key
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict

_UNSTABLE = (Finding.MISSING, Finding.DRIFTED, Finding.NOT_REPRODUCIBLE)
_COMPARED = (Finding.SAME, Finding.OLDER_SOURCE, Finding.IGNORED, Finding.DRIFTED, Finding.KNOWN)


@dataclass(frozen=True)
class KnownDrifts:
    """The decisions of a project, and the day on which they are looked at.

    Attributes:
        decisions: the decisions.
        today: the day.
    """

    decisions: tuple[KnownDrift, ...]
    today: datetime.date

    def mark(self, verdicts: Iterable[Verdict], version: Version) -> list[Verdict]:
        """Tell of each record what is known of it; where all that drifted is known, it counts as known."""
        of_record = self._group_records(version)
        return [self._mark_drift(each, of_record.get(each.record.key, ())) for each in verdicts]

    def mark_unstable(self, verdicts: Iterable[Verdict], version: Version) -> list[Verdict]:
        """Tell alone which records are known not to be reproducible, so that none of them is written."""
        of_record = self._group_records(version)
        return [self._mark_unstable(each, of_record.get(each.record.key, ())) for each in verdicts]

    def _group_records(self, version: Version) -> Mapping[Key, Sequence[KnownDrift]]:
        found: dict[Key, list[KnownDrift]] = {}
        for known in self.decisions:
            if known.covers(version) and not known.is_over(self.today):
                for key in known.records:
                    found.setdefault(key, []).append(known)
        return found

    def _mark_drift(self, verdict: Verdict, decisions: Sequence[KnownDrift]) -> Verdict:
        marked = self._mark_unstable(verdict, decisions)
        if marked is not verdict or verdict.finding is not Finding.DRIFTED or verdict.drift is None:
            return marked
        changes = {change.fingerprint for change in verdict.drift.changes}
        shown = tuple(each for each in decisions if each.change in changes)
        known = frozenset(each.change for each in shown)
        if not known:
            return verdict
        finding = Finding.KNOWN if known == changes else Finding.DRIFTED
        return replace(verdict, finding=finding, drift=replace(verdict.drift, known=known), known=shown)

    def _mark_unstable(self, verdict: Verdict, decisions: Sequence[KnownDrift]) -> Verdict:
        found = tuple(each for each in decisions if each.kind is KnownKind.NOT_REPRODUCIBLE)
        if not found or verdict.finding not in _UNSTABLE:
            return verdict
        return replace(verdict, finding=Finding.KNOWN_UNSTABLE, known=found)

    def find_standing(self, run: Run, verdicts: Sequence[Verdict]) -> KnownStanding:
        """Say how each decision about the run's version stands after it."""
        found = {verdict.record.key: verdict for verdict in verdicts}
        looks = [_look(known, run, found) for known in self.decisions if known.covers(run.version)]
        shown = [look for look in looks if look.shown]
        held = {
            (look.known.change, key)
            for look in shown
            if not look.known.is_over(self.today)
            for key in look.shown
        }
        return KnownStanding(
            ending=tuple(look.known for look in shown if look.known.ends_soon(self.today)),
            over=tuple(
                look.known
                for look in shown
                if look.known.is_over(self.today)
                and any((look.known.change, key) not in held for key in look.shown)
            ),
            gone=tuple(GoneDrift(look.known, look.gone) for look in looks if look.gone),
        )


def read_today() -> datetime.date:
    """Read which day it is, in UTC: CI and colleagues elsewhere agree on it."""
    return datetime.datetime.now(datetime.UTC).date()


def open_known(project: Project) -> KnownDrifts:
    """Read what a project knows, as of today.

    Raises:
        UserError: a file is not a decision.
        ToolError: the file system reports an error.
    """
    return KnownDrifts(list_known(project.snapshots), read_today())


@dataclass(frozen=True)
class KnownLook:
    """One decision looked at in one run.

    Attributes:
        known: the decision.
        shown: the records in which what is known shows.
        gone: the records in which it no longer does. Of all others nothing can be said.
    """

    known: KnownDrift
    shown: tuple[Key, ...] = ()
    gone: tuple[Key, ...] = ()


def look_at(known: KnownDrift, run: Run, verdicts: Iterable[Verdict]) -> KnownLook:
    """Look at a decision in one run, whatever its versions and its last day are."""
    return _look(known, run, {verdict.record.key: verdict for verdict in verdicts})


def _look(known: KnownDrift, run: Run, verdicts: Mapping[Key, Verdict]) -> KnownLook:
    shown: list[Key] = []
    gone: list[Key] = []
    for key in known.records:
        shows = _shows(known, key, run, verdicts.get(key))
        if shows is not None:
            (shown if shows else gone).append(key)
    return KnownLook(known, tuple(shown), tuple(gone))


def _shows(known: KnownDrift, key: Key, run: Run, verdict: Verdict | None) -> bool | None:
    """Whether what is known of a record shows in a run; None where the run does not tell."""
    if verdict is None:
        return False if run.complete and not run.mistakes and key not in run.captures else None
    if known.kind is KnownKind.NOT_REPRODUCIBLE:
        return True  # that it came out alike twice proves nothing
    changes = verdict.drift.changes if verdict.drift and verdict.second is None else ()
    if any(change.fingerprint == known.change for change in changes):
        return True
    return False if verdict.finding in _COMPARED else None


def list_shown(verdicts: Iterable[Verdict]) -> Iterator[tuple[KnownDrift, list[Verdict]]]:
    """Yield the decisions by which records of a run are known, each with what is known by it."""
    found: dict[KnownDrift, list[Verdict]] = {}
    for verdict in verdicts:
        for known in verdict.known:
            found.setdefault(known, []).append(verdict)
    yield from found.items()
