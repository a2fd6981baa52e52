"""A report as SARIF 2.1.0, which code scanning reads: a result for each drift, at its place in the golden."""

import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath
from urllib.parse import quote

from harness.drift import Drift, DriftClass, Severity
from harness.records import Json
from harness.reports.page.visible import visible
from harness.reports.report import Gravity, Item, Problem, Report, Section
from harness.reports.words import MEANINGS

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS = {
    Gravity.NOTE: "note",
    Gravity.WARNING: "warning",
    Gravity.ERROR: "error",
    Gravity.FAULT: "error",
}
_DISTRIBUTION = "graph-goldens"


def render_sarif(report: Report) -> str:
    """Render a report as SARIF: a run for each section, whose rules are the classes of drift."""
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(each) for each in report.sections]}
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _run(section: Section) -> dict[str, Json]:
    findings = sorted({problem.finding for problem in section.problems})
    rules: list[Json] = [*map(_class_rule, DriftClass), *map(_finding_rule, findings)]
    return {
        "tool": {"driver": {"name": "Graph Goldens", "semanticVersion": _version(), "rules": rules}},
        "automationDetails": {"id": f"graph-goldens/{_quoted(section.after)}/"},
        "properties": {"title": visible(section.title), "records": section.records},
        "results": [*_drift_results(section), *map(_problem_result, section.problems)],
    }


def _version() -> str:
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:  # run from its sources without being installed
        return "0"


def _class_rule(kind: DriftClass) -> dict[str, Json]:
    level = "error" if kind.severity is Severity.SEMANTIC else "warning"
    return {
        "id": f"drift/{kind.value}",
        "name": kind.value.capitalize(),
        "shortDescription": {"text": MEANINGS[kind]},
        "defaultConfiguration": {"level": level},
        "properties": {"severity": kind.severity.value},
    }


def _finding_rule(finding: str) -> dict[str, Json]:
    return {"id": _rule(finding), "shortDescription": {"text": finding}}


def _rule(finding: str) -> str:
    return f"finding/{finding.replace(' ', '-')}"


def _drift_results(section: Section) -> Iterator[dict[str, Json]]:
    for item in section.items:
        drift = item.drift
        yield {
            "ruleId": f"drift/{drift.kind.value}",
            "level": _LEVELS[section.gravity(drift.severity)],
            "message": {"text": "\n".join(_sentences(item))},
            "locations": [_location(item.golden, item.line)],
            "partialFingerprints": {"graphGoldensDrift/v1": drift.fingerprint},
            "properties": {**_named(drift.case, drift.path), "detail": _detail(drift)},
        }


def _sentences(item: Item) -> Iterator[str]:
    drift = item.drift
    yield visible(f"{drift.case} · {drift.path}: {drift.label}")
    for edit in drift.telling:
        yield visible(f"{edit.where}: {edit.sentence}")


def _named(case: str, path: str) -> dict[str, Json]:
    return {"case": visible(case), "path": visible(path)}


def _detail(drift: Drift) -> Json:
    return drift.detail.value if drift.detail else None


def _problem_result(problem: Problem) -> dict[str, Json]:
    named = " · ".join(filter(None, (problem.case, problem.path, problem.finding)))
    result: dict[str, Json] = {
        "ruleId": _rule(problem.finding),
        "level": _LEVELS[problem.gravity],
        "message": {"text": visible(f"{named}: {problem.sentence}")},
        "properties": _named(problem.case, problem.path),
    }
    return {**result, "locations": [_location(problem.golden, 1)]} if problem.golden else result


def _location(file: str, line: int) -> dict[str, Json]:
    """Point at a file of the project, or at one elsewhere by its full address."""
    absolute = PurePosixPath(file).is_absolute()
    place: dict[str, Json] = (
        {"uri": f"file://{_quoted(file)}"} if absolute else {"uri": _quoted(file), "uriBaseId": "%SRCROOT%"}
    )
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": line}}}


def _quoted(text: str) -> str:
    return quote(text, errors="replace")
