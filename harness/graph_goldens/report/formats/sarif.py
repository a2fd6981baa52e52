"""A report as SARIF 2.1.0, which code scanning reads: a result for each drift, at its place in the golden."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import quote

from graph_goldens.drift.classes import DriftClass, Severity, find_severest
from graph_goldens.drift.drift import Drift
from graph_goldens.own_version import read_own_version
from graph_goldens.records import Json
from graph_goldens.report.known_text import describe_decision
from graph_goldens.report.model import Gravity, Item, Problem, Report, Section
from graph_goldens.report.phrases import MEANINGS
from graph_goldens.words import make_values_visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS = {
    Gravity.NOTE: "note",
    Gravity.WARNING: "warning",
    Gravity.ERROR: "error",
    Gravity.FAULT: "error",
}


def render_sarif(report: Report) -> str:
    """Render a report as SARIF: a run for each section, whose rules are the classes of drift."""
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_build_run(each) for each in report.sections]}
    return json.dumps(make_values_visible(document), indent=1, ensure_ascii=True) + "\n"


def _build_run(section: Section) -> dict[str, Json]:
    findings = sorted({problem.finding for problem in section.problems})
    judged = {
        kind: find_severest(item.drift.severity for item in section.items if item.drift.kind is kind)
        for kind in section.classes
    }
    rules: list[Json] = [
        *(_build_class_rule(kind, judged.get(kind, kind.severity)) for kind in DriftClass),
        *map(_build_finding_rule, findings),
    ]
    return {
        "tool": {"driver": {"name": "Graph Goldens", "semanticVersion": read_own_version(), "rules": rules}},
        "automationDetails": {"id": f"graph-goldens/{_quote_path(section.after)}/"},
        "properties": {
            "title": section.title,
            "records": section.records,
            "letThrough": [each.sentence for each in section.let_through],
            "buckets": dict(section.buckets),
            "standing": list(section.standing),
        },
        "results": [*_list_drift_results(section), *map(_build_problem_result, section.problems)],
    }


def _build_class_rule(kind: DriftClass, severity: Severity) -> dict[str, Json]:
    """Build the rule of a class, which matters as its drifts do by the project's policy."""
    level = "error" if severity is Severity.SEMANTIC else "warning"
    return {
        "id": f"drift/{kind.value}",
        "name": kind.value.capitalize(),
        "shortDescription": {"text": MEANINGS[kind]},
        "defaultConfiguration": {"level": level},
        "properties": {"severity": severity.value},
    }


def _build_finding_rule(finding: str) -> dict[str, Json]:
    return {"id": _name_rule(finding), "shortDescription": {"text": finding}}


def _name_rule(finding: str) -> str:
    return f"finding/{finding.replace(' ', '-')}"


def _list_drift_results(section: Section) -> Iterator[dict[str, Json]]:
    for item in section.items:
        gravity = section.judge_gravity(item.drift.severity)
        yield _build_drift_result(item, _LEVELS[gravity])
    for item in section.known:
        decided = "; ".join(describe_decision(each) for each in item.known)
        suppressed: list[Json] = [{"kind": "external", "status": "accepted", "justification": decided}]
        yield {**_build_drift_result(item, _LEVELS[Gravity.NOTE]), "suppressions": suppressed}


def _build_drift_result(item: Item, level: str) -> dict[str, Json]:
    drift = item.drift
    return {
        "ruleId": f"drift/{drift.kind.value}",
        "level": level,
        "message": {"text": "\n".join(_list_sentences(item))},
        "locations": [_build_location(item.golden, item.line)],
        "partialFingerprints": {"graphGoldensDrift/v1": drift.fingerprint},
        "properties": {
            **_encode_names(drift.case, drift.path),
            "severity": drift.severity.value,
            "detail": _encode_detail(drift),
        },
    }


def _list_sentences(item: Item) -> Iterator[str]:
    drift = item.drift
    yield f"{drift.case} · {drift.path}: {drift.label}"
    for edit in drift.telling:
        yield f"{edit.where}: {edit.sentence}"


def _encode_names(case: str, path: str) -> dict[str, Json]:
    return {"case": case, "path": path}


def _encode_detail(drift: Drift) -> Json:
    return drift.detail.value if drift.detail else None


def _build_problem_result(problem: Problem) -> dict[str, Json]:
    named = " · ".join(filter(None, (problem.case, problem.path, problem.finding)))
    result: dict[str, Json] = {
        "ruleId": _name_rule(problem.finding),
        "level": _LEVELS[problem.gravity],
        "message": {"text": f"{named}: {problem.sentence}"},
        "properties": _encode_names(problem.case, problem.path),
    }
    return {**result, "locations": [_build_location(problem.golden, 1)]} if problem.golden else result


def _build_location(file: str, line: int) -> dict[str, Json]:
    """Point at a file of the project, or at one elsewhere by its full address."""
    absolute = PurePosixPath(file).is_absolute()
    place: dict[str, Json] = (
        {"uri": f"file://{_quote_path(file)}"}
        if absolute
        else {"uri": _quote_path(file), "uriBaseId": "%SRCROOT%"}
    )
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": line}}}


def _quote_path(text: str) -> str:
    return quote(text, errors="replace")
