"""Hold captures against goldens, and prove that what is to be recorded is reproducible."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from packaging.version import Version

from graph_goldens.cases.claim_answers import find_unanswered
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.gate.policy_rules import NO_POLICY, SeverityPolicy
from graph_goldens.gate.severity_policy import judge_drift
from graph_goldens.goldens.format import Golden, GoldenError
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.records import NO_DEVICE, Capture, Fault, FaultKind, Outcome, Record
from graph_goldens.runs.pending import PendingRecord
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict

PENDING = (Finding.DRIFTED, Finding.MISSING)
CHANGED = (*PENDING, Finding.OLDER_SOURCE)

_UNSTABLE = "two fresh processes with other hash seeds and orders gave two records"
_SAVED = "its case was saved between its capture and its proof; check it again"

Captures = Mapping[Key, Capture]


def judge(
    captures: Iterable[Capture], goldens: Goldens, version: Version, policy: SeverityPolicy = NO_POLICY
) -> list[Verdict]:
    """Hold each capture against the golden that resolves for a version; a project's policy judges drifts.

    A claim that no record answers, where all of which it is made are there, counts as broken by the first.
    """
    held = {capture.record.key: capture for capture in captures}
    for key, sentences in find_unanswered(held).items():
        held[key] = replace(held[key], broken=(*held[key].broken, *sentences))
    return [_judge_one(capture, goldens, version, policy) for capture in held.values()]


def judge_run(run: Run, goldens: Goldens, policy: SeverityPolicy = NO_POLICY) -> list[Verdict]:
    """Hold a run against the goldens; a record that it knows not to be reproducible is reported as such."""
    return [
        _mark_known(verdict, run) for verdict in judge(run.captures.values(), goldens, run.version, policy)
    ]


def _mark_known(verdict: Verdict, run: Run) -> Verdict:
    if verdict.finding not in CHANGED or verdict.record.key not in run.unstable:
        return verdict
    return replace(verdict, finding=Finding.NOT_REPRODUCIBLE, problem=_UNSTABLE, drift=None)


def _judge_one(capture: Capture, goldens: Goldens, version: Version, policy: SeverityPolicy) -> Verdict:
    if capture.fault:
        return Verdict(capture, Finding.FAULT, problem=capture.fault.sentence)
    try:
        golden = goldens.resolve(*capture.record.key, version)
    except GoldenError as error:
        return Verdict(capture, Finding.UNREADABLE, problem=str(error))
    found = compare(golden.record, capture.record) if golden else None
    drift = judge_drift(policy, found) if found else None
    if capture.broken:
        return Verdict(capture, Finding.BROKEN_CLAIM, golden, drift, "; ".join(capture.broken))
    if golden is None:
        return Verdict(capture, Finding.MISSING)
    if _lacks_device(golden.record, capture.record):
        return Verdict(capture, Finding.NOT_JUDGED, golden, problem=capture.record.reason)
    return Verdict(capture, _compare_golden(golden, capture, drift), golden, drift)


def _lacks_device(golden: Record, record: Record) -> bool:
    """Whether a record says nothing of its golden, since a device that it needs is not here."""
    unavailable = record.outcome is Outcome.UNAVAILABLE and record.reason.startswith(NO_DEVICE)
    return unavailable and golden.outcome is not Outcome.UNAVAILABLE


def _compare_golden(golden: Golden, capture: Capture, drift: Drift | None) -> Finding:
    if drift:
        return Finding.IGNORED if drift.ignored == drift.edits else Finding.DRIFTED
    return Finding.SAME if golden.record == capture.record else Finding.OLDER_SOURCE


def make_pending_record(run: Run, verdict: Verdict, goldens: Goldens) -> PendingRecord:
    """Turn a verdict of a run into what is decided on."""
    key = verdict.record.key
    return PendingRecord(
        torch=run.torch,
        version=run.version,
        capture=verdict.capture,
        file=goldens.find_file(*key, run.version) or goldens.locate_own(*key, run.version),
        proved=key in run.proved,
        golden=verdict.golden.record if verdict.golden else None,
        drift=verdict.drift,
    )


def prove(
    verdicts: list[Verdict],
    capture_again: Callable[[list[Key]], Captures],
    which: Collection[Finding] = CHANGED,
    known: Collection[Key] = (),
) -> list[Verdict]:
    """Capture some records again, and refuse those that come out different.

    Args:
        verdicts: what was found.
        capture_again: captures in a fresh process with another hash seed and order.
        which: the findings whose records are proved; by default what an update would write.
        known: records that were proved before.
    """
    keys = [verdict.record.key for verdict in verdicts if verdict.finding in which]
    unknown = [key for key in keys if key not in known]
    again = capture_again(unknown) if unknown else {}
    return [_prove_one(verdict, again.get(verdict.record.key)) for verdict in verdicts]


def _prove_one(verdict: Verdict, again: Capture | None) -> Verdict:
    if again is None or again.record == verdict.record:
        return verdict
    if again.record.source != verdict.record.source:
        capture = replace(verdict.capture, fault=Fault(FaultKind.CASE, _SAVED))
        return replace(verdict, capture=capture, finding=Finding.FAULT, problem=_SAVED)
    drift = compare(verdict.record, again.record)
    return replace(
        verdict, finding=Finding.NOT_REPRODUCIBLE, problem=_UNSTABLE, drift=drift, second=again.record
    )
