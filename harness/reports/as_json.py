"""A run's result and a report as JSON, for programs."""

import json
from collections.abc import Iterable, Sequence

from harness.drift import Cluster, DriftClass
from harness.records import Json
from harness.reports.history import drift_json, edit_json
from harness.reports.report import Cell, Item, Matrix, Problem, Report, Section
from harness.reports.summary import summarise
from harness.runs.run import Run
from harness.runs.selection import Key
from harness.runs.verdict import Verdict


def result_json(
    run: Run, verdicts: Sequence[Verdict], unused: Sequence[str], written: frozenset[Key], exit_code: int
) -> dict[str, Json]:
    """Encode what a check or an update found."""
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
        "clusters": _clusters_json(summary.clusters),
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


def _clusters_json(clusters: Iterable[Cluster]) -> list[Json]:
    return [
        {
            "fingerprint": cluster.fingerprint,
            "class": cluster.kind.value,
            "severity": cluster.severity.value,
            "detail": cluster.detail.value if cluster.detail else None,
            "count": len(cluster.drifts),
            "edits": [edit_json(edit) for edit in cluster.edits],
            "representative": list(cluster.representative.key),
            "records": [list(key) for key in cluster.keys],
        }
        for cluster in clusters
    ]


def render_json(report: Report) -> str:
    """Render a report as JSON: what people read of it, with the texts that differ."""
    content: dict[str, Json] = {
        "title": report.title,
        "classes": _counts(report.classes.items()),
        "clusters": len(report.spreads),
        "sections": [_section_json(section) for section in report.sections],
        "matrix": _matrix_json(report.matrix),
    }
    return json.dumps(content, indent=1) + "\n"


def _counts(classes: Iterable[tuple[DriftClass, int]]) -> dict[str, Json]:
    return {kind.value: count for kind, count in classes}


def _section_json(section: Section) -> dict[str, Json]:
    return {
        "title": section.title,
        "before": section.before,
        "after": section.after,
        "records": section.records,
        "classes": _counts(section.classes.items()),
        "severities": {severity.value: count for severity, count in section.severities.items()},
        "clusters": _clusters_json(section.clusters),
        "drifts": [_item_json(item) for item in section.items],
        "problems": [_problem_json(problem) for problem in section.problems],
    }


def _item_json(item: Item) -> dict[str, Json]:
    drift = item.drift
    texts: list[Json] = [{"artifact": text.name, "from": text.old, "to": text.new} for text in drift.texts]
    return {
        "case": drift.case,
        "path": drift.path,
        "golden": item.golden,
        "line": item.line,
        "because": item.because,
        **drift_json(drift),
        "texts": texts,
    }


def _problem_json(problem: Problem) -> dict[str, Json]:
    return {
        "finding": problem.finding,
        "gravity": problem.gravity.value,
        "case": problem.case,
        "path": problem.path,
        "problem": problem.sentence,
        "golden": problem.golden,
    }


def _matrix_json(matrix: Matrix) -> dict[str, Json]:
    return {
        "versions": list(matrix.columns),
        "records": [
            {"case": case, "path": path, "cells": [_cell_json(cell) for cell in cells]}
            for (case, path), cells in matrix.rows.items()
        ],
    }


def _cell_json(cell: Cell) -> dict[str, Json]:
    kind = cell.kind.value if cell.kind else None
    return {"letter": cell.letter, "outcome": cell.outcome, "class": kind}
