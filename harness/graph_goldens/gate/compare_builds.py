"""The same cases under two builds: the records of one held against those of the other. No golden is read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.compare import compare
from graph_goldens.gate.build_sides import (
    LostPacks,
    demand_any_met,
    explain_lost_packs,
    find_lost_packs,
    name_sides,
)
from graph_goldens.gate.judge import prove
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.gate.watcher import Watcher
from graph_goldens.goldens.format import Golden
from graph_goldens.keys import Key
from graph_goldens.records import NO_DEVICE, Capture, Outcome
from graph_goldens.runs.exit_codes import ExitCode, choose_gravest
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict

Side: TypeAlias = Run | Request
"""What is compared: a run that was captured before, or a build that is captured now."""

_PROVED = (Finding.DRIFTED,)
_UNSTABLE = "two fresh processes with other hash seeds and orders gave two records under the first build"


@dataclass(frozen=True)
class BuildComparison:
    """What two builds give for the same cases.

    Attributes:
        before: the first build's run.
        after: the second's.
        verdicts: what was found about each record of the second, held against that of the first; one that the
            first lacks is missing. Packs whose requirements one of the two cannot meet have none.
        gone: the records that only the first gives.
        lost: the packs whose requirements one of the two cannot meet.
    """

    before: Run
    after: Run
    verdicts: tuple[Verdict, ...]
    gone: tuple[Key, ...]
    lost: tuple[LostPacks, ...] = ()

    def find_exit_code(self, fail_on: Severity = Severity.COSMETIC) -> ExitCode:
        """Find the code with which the command ends: as a check does whose goldens are the first build's."""
        codes = [verdict.exit_code for verdict in self.verdicts]
        if fail_on is Severity.SEMANTIC:
            codes = [code for code in codes if code is not ExitCode.COSMETIC_DRIFT]
        if self.before.mistakes or self.after.mistakes:
            codes.append(ExitCode.USAGE)
        if self.gone or self.lost:
            codes.append(ExitCode.MISSING_OR_UNUSED)
        return choose_gravest(codes)


def compare_sides(first: Side, second: Side, watcher: Watcher) -> BuildComparison:
    """Capture what was not captured before, hold the second against the first, and prove what differs.

    Nothing is written but what captures keep for later ones.

    Raises:
        UserError: a selection matches nothing, or a side has nothing of what its packs require.
        ToolError: an environment or a worker failed.
    """
    before = _capture(first, watcher)
    if isinstance(second, Run):
        after = demand_any_met(second)
        verdicts = hold_runs(before, after)
    else:
        with hold_environment(second, watcher) as capturing:
            after = demand_any_met(capturing.run(second.selection))
            verdicts = prove(hold_runs(before, after), capturing.capture_again, _PROVED)
    if isinstance(first, Request):
        verdicts = _prove_first(first, before, verdicts, watcher)
    lost = find_lost_packs(before, after)
    gone = [key for key in before.captures if key not in after.captures and key.pack not in lost]
    return BuildComparison(before, after, tuple(verdicts), tuple(gone), explain_lost_packs(before, after))


def _capture(side: Side, watcher: Watcher) -> Run:
    if isinstance(side, Run):
        return demand_any_met(side)
    with hold_environment(side, watcher) as capturing:
        return demand_any_met(capturing.run(side.selection))


def _prove_first(first: Request, before: Run, verdicts: Sequence[Verdict], watcher: Watcher) -> list[Verdict]:
    """Capture once more under the first build what differs, which may be what is not reproducible."""
    keys = [verdict.record.key for verdict in verdicts if verdict.finding in _PROVED]
    if not keys:
        return list(verdicts)
    with hold_environment(first, watcher) as capturing:
        again = capturing.capture_again(keys)
    unstable = {key for key in keys if again[key].record != before.captures[key].record}
    return [_mark_unstable(verdict, unstable) for verdict in verdicts]


def _mark_unstable(verdict: Verdict, unstable: Collection[Key]) -> Verdict:
    if verdict.record.key not in unstable:
        return verdict
    return replace(verdict, finding=Finding.NOT_REPRODUCIBLE, problem=_UNSTABLE)


def hold_runs(before: Run, after: Run) -> list[Verdict]:
    """Hold each record of a run against that of another; one that the other lacks is missing.

    Those of packs whose requirements one of the two cannot meet are left out: they say nothing of the other.
    """
    lost, (first, second) = find_lost_packs(before, after), name_sides(before, after)
    return [
        _hold(before.captures.get(key), capture, first, second)
        for key, capture in after.captures.items()
        if key.pack not in lost
    ]


def _hold(old: Capture | None, new: Capture, before: str, after: str) -> Verdict:
    if new.fault:
        return Verdict(new, Finding.FAULT, problem=new.fault.sentence)
    if old is None:
        return Verdict(new, Finding.MISSING, problem=f"only under {after}")
    if old.fault:
        return Verdict(new, Finding.FAULT, problem=f"under {before}: {old.fault.sentence}")
    golden = Golden(old.record)
    drift = compare(old.record, new.record)
    if sentences := [each for each in new.broken if each not in old.broken]:
        return Verdict(new, Finding.BROKEN_CLAIM, golden, drift, "; ".join(sentences))
    if _lacks_device([old, new]):
        return Verdict(new, Finding.NOT_JUDGED, golden, problem=new.record.reason or old.record.reason)
    return Verdict(new, Finding.DRIFTED if drift else Finding.SAME, golden, drift)


def _lacks_device(captures: Iterable[Capture]) -> bool:
    """Whether a device that is not here keeps one of two builds from saying anything."""
    lacking = [
        each.record.outcome is Outcome.UNAVAILABLE and each.record.reason.startswith(NO_DEVICE)
        for each in captures
    ]
    return any(lacking) and not all(lacking)
