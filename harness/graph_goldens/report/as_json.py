"""A run's result and a report as JSON, for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.clusters import Cluster
from graph_goldens.drift.drift import Drift
from graph_goldens.drift.evidence import describe_evidence
from graph_goldens.environments.upstream_commits import UpstreamCommit
from graph_goldens.goldens.known_drift import NOTHING_STANDS, KnownStanding
from graph_goldens.graphs.replays import dump_replay
from graph_goldens.keys import Key
from graph_goldens.records import Json
from graph_goldens.report.history_table import encode_change, encode_drift, encode_edit
from graph_goldens.report.known_text import encode_known, encode_standing
from graph_goldens.report.let_through import encode_let_through
from graph_goldens.report.model import Cell, Item, Matrix, Problem, Report, Section
from graph_goldens.report.run_summary import summarise
from graph_goldens.runs.release_commits import SourceStep
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict


def encode_result(
    run: Run,
    verdicts: Sequence[Verdict],
    unused: Sequence[str],
    written: frozenset[Key],
    exit_code: int,
    known: KnownStanding = NOTHING_STANDS,
    accepted: int = 0,
) -> dict[str, Json]:
    """Encode what a check or an update found."""
    summary = summarise(verdicts)
    return {
        "environment": dict(run.environment),
        "packs": [asdict(pack) for pack in run.packs],
        "seconds": round(run.seconds, 3),
        "complete": run.complete,
        "cases": summary.cases,
        "graphs": summary.graphs,
        "outcomes": {outcome.value: count for outcome, count in summary.outcomes.items()},
        "findings": {finding.value: count for finding, count in summary.findings.items()},
        "classes": {kind.value: count for kind, count in summary.classes.items()},
        "clusters": _encode_clusters(summary.clusters),
        "let_through": [encode_let_through(each) for each in summary.let_through],
        "buckets": {
            "new": summary.findings.get(Finding.DRIFTED, 0),
            "known": summary.findings.get(Finding.KNOWN, 0),
            "accepted": accepted,
        },
        "known": encode_standing(known),
        "records": [_encode_verdict(verdict, written) for verdict in verdicts],
        "mistakes": [_encode_mistake(mistake) for mistake in run.mistakes],
        "unused": list(unused),
        "exit_code": exit_code,
    }


def _encode_mistake(mistake: Mistake) -> Json:
    return {
        "file": mistake.file,
        "line": mistake.line,
        "cases": list(mistake.cases),
        "problem": str(mistake),
    }


def _encode_verdict(verdict: Verdict, written: frozenset[Key]) -> dict[str, Json]:
    record = verdict.record
    return {
        "case": record.case,
        "path": record.path,
        "outcome": record.outcome.value,
        "reason": record.reason,
        "finding": verdict.finding.value,
        "problem": verdict.problem,
        "known": [each.name for each in verdict.known],
        "drift": encode_drift(verdict.drift) if verdict.drift else None,
        "replays": _encode_replays(verdict.drift) if verdict.drift else [],
        "written": record.key in written,
        "seconds": round(verdict.capture.seconds, 4),
    }


def _encode_replays(drift: Drift) -> list[Json]:
    return [dump_replay(replay) for replay in drift.replays]


def _encode_clusters(clusters: Iterable[Cluster]) -> list[Json]:
    return [
        {
            "fingerprint": cluster.fingerprint,
            "class": cluster.kind.value,
            "severity": cluster.severity.value,
            "detail": cluster.detail.value if cluster.detail else None,
            "count": len(cluster.drifts),
            "edits": [encode_edit(edit) for edit in cluster.edits],
            "also": [{**encode_change(each.change), "count": each.drifts} for each in cluster.also],
            "cases": list(cluster.cases),
            "paths": list(cluster.paths),
            "evidence": describe_evidence(cluster.drifts),
            "representative": list(cluster.representative.key),
            "records": [list(key) for key in cluster.keys],
        }
        for cluster in clusters
    ]


def render_json(report: Report) -> str:
    """Render a report as JSON: what people read of it, with the texts that differ."""
    content: dict[str, Json] = {
        "title": report.title,
        "classes": _encode_counts(report.classes.items()),
        "clusters": len(report.spreads),
        "sections": [_encode_section(section) for section in report.sections],
        "upstream": {name: _encode_upstream(found) for name, found in report.upstream.items()},
        "matrix": _encode_matrix(report.matrix),
    }
    return json.dumps(content, indent=1) + "\n"


def _encode_counts(classes: Iterable[tuple[DriftClass, int]]) -> dict[str, Json]:
    return {kind.value: count for kind, count in classes}


def _encode_section(section: Section) -> dict[str, Json]:
    return {
        "title": section.title,
        "before": section.before,
        "after": section.after,
        "source": _encode_source(section.source) if section.source else None,
        "records": section.records,
        "classes": _encode_counts(section.classes.items()),
        "severities": {severity.value: count for severity, count in section.severities.items()},
        "clusters": _encode_clusters(section.clusters),
        "let_through": [encode_let_through(each) for each in section.let_through],
        "buckets": _encode_buckets(section.buckets),
        "drifts": [_encode_item(item) for item in section.items],
        "known": [_encode_item(item) for item in section.known],
        "accepted": [list(key) for key in section.accepted],
        "standing": list(section.standing),
        "problems": [_encode_problem(problem) for problem in section.problems],
    }


def _encode_buckets(buckets: Mapping[str, int]) -> dict[str, Json]:
    return dict(buckets)


def _encode_source(step: SourceStep) -> dict[str, Json]:
    return {"before": step.before_commit, "after": step.after_commit, "link": step.link}


def _encode_upstream(commits: Sequence[UpstreamCommit]) -> list[Json]:
    return [
        {"commit": each.commit, "subject": each.subject, "files": list(each.files), "because": each.because}
        for each in commits
    ]


def _encode_item(item: Item) -> dict[str, Json]:
    drift = item.drift
    texts: list[Json] = [{"artifact": text.name, "from": text.old, "to": text.new} for text in drift.texts]
    return {
        "case": drift.case,
        "path": drift.path,
        "golden": item.golden,
        "line": item.line,
        "because": item.because,
        "known_by": [encode_known(each) for each in item.known],
        **encode_drift(drift),
        "replays": _encode_replays(drift),
        "texts": texts,
    }


def _encode_problem(problem: Problem) -> dict[str, Json]:
    return {
        "finding": problem.finding,
        "gravity": problem.gravity.value,
        "case": problem.case,
        "path": problem.path,
        "problem": problem.sentence,
        "golden": problem.golden,
    }


def _encode_matrix(matrix: Matrix) -> dict[str, Json]:
    return {
        "versions": list(matrix.columns),
        "records": [
            {"case": case, "path": path, "cells": [_encode_cell(cell) for cell in cells]}
            for (case, path), cells in matrix.rows.items()
        ],
    }


def _encode_cell(cell: Cell) -> dict[str, Json]:
    kind = cell.kind.value if cell.kind else None
    return {"letter": cell.letter, "outcome": cell.outcome, "class": kind}
