"""A run's result as JSON, for programs."""

from collections.abc import Sequence

from harness.records import Json
from harness.reports.history import drift_json
from harness.reports.summary import summarise
from harness.runs.run import Run
from harness.runs.selection import Key
from harness.runs.verdict import Verdict


def result_json(
    run: Run, verdicts: Sequence[Verdict], unused: Sequence[str], written: frozenset[Key], exit_code: int
) -> dict[str, Json]:
    """Give what a check or an update found."""
    summary = summarise(verdicts)
    return {
        "environment": dict(run.environment),
        "seconds": round(run.seconds, 3),
        "complete": run.complete,
        "cases": summary.cases,
        "graphs": summary.graphs,
        "outcomes": {outcome.value: count for outcome, count in summary.outcomes.items()},
        "findings": {finding.value: count for finding, count in summary.findings.items()},
        "classes": {kind.value: count for kind, count in summary.classes.items()},
        "records": [_verdict_json(verdict, written) for verdict in verdicts],
        "unused": list(unused),
        "exit_code": exit_code,
    }


def _verdict_json(verdict: Verdict, written: frozenset[Key]) -> dict[str, Json]:
    record = verdict.record
    return {
        "case": record.case,
        "path": record.path,
        "outcome": record.outcome.value,
        "reason": record.reason,
        "finding": verdict.finding.value,
        "problem": verdict.problem,
        "drift": drift_json(verdict.drift) if verdict.drift else None,
        "written": record.key in written,
        "seconds": round(verdict.capture.seconds, 4),
    }
