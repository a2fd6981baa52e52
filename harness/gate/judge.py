"""Hold captures against goldens, and prove that what is to be recorded is reproducible."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from packaging.version import Version

from harness.drift import compare
from harness.goldens import Golden, GoldenError, Goldens
from harness.records import Capture
from harness.runs.selection import Key
from harness.runs.verdict import Finding, Verdict

CHANGED = (Finding.DRIFTED, Finding.MISSING, Finding.OLDER_SOURCE)

Captures = Mapping[Key, Capture]


def judge(captures: Iterable[Capture], goldens: Goldens, version: Version) -> list[Verdict]:
    """Hold each capture against the golden that resolves for a version."""
    return [_judge_one(capture, goldens, version) for capture in captures]


def _judge_one(capture: Capture, goldens: Goldens, version: Version) -> Verdict:
    if capture.fault:
        return Verdict(capture, Finding.FAULT, problem=capture.fault)
    try:
        golden = goldens.resolve(*capture.record.key, version)
    except GoldenError as error:
        return Verdict(capture, Finding.UNREADABLE, problem=str(error))
    drift = compare(golden.record, capture.record) if golden else None
    if capture.broken:
        return Verdict(capture, Finding.BROKEN_CLAIM, golden, drift, "; ".join(capture.broken))
    if golden is None:
        return Verdict(capture, Finding.MISSING)
    return Verdict(capture, _compared(golden, capture, drift is not None), golden, drift)


def _compared(golden: Golden, capture: Capture, drifted: bool) -> Finding:
    if drifted:
        return Finding.DRIFTED
    return Finding.SAME if golden.record == capture.record else Finding.OLDER_SOURCE


def prove(verdicts: list[Verdict], capture_again: Callable[[list[Key]], Captures]) -> list[Verdict]:
    """Capture again what would be recorded, and refuse what comes out otherwise."""
    keys = [verdict.record.key for verdict in verdicts if verdict.finding in CHANGED]
    again = capture_again(keys) if keys else {}
    return [_proved(verdict, again.get(verdict.record.key)) for verdict in verdicts]


def _proved(verdict: Verdict, again: Capture | None) -> Verdict:
    if again is None or again.record == verdict.record:
        return verdict
    drift = compare(verdict.record, again.record)
    problem = "two fresh processes with other hash seeds and orders gave two records"
    return replace(
        verdict, finding=Finding.NOT_REPRODUCIBLE, problem=problem, drift=drift, second=again.record
    )
