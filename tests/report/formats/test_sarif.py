"""SARIF as code scanning reads it: rules are classes, results point at lines of goldens."""

import json
from typing import Any

from graph_goldens.drift.classes import Severity
from graph_goldens.report.formats.sarif import render_sarif
from graph_goldens.report.model import Section
from tests.report.reporting import drift, hostile, item, judged, mixed, report, run_section, spelled


def runs(section: Section) -> Any:
    document = json.loads(render_sarif(report(section)))
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-2.1.0.json")
    return document["runs"]


def test_each_drift_is_a_result_of_its_class_at_its_line() -> None:
    found = drift("p/a")
    (run,) = runs(run_section(found, spelled("p/b")))
    semantic, cosmetic = run["results"]
    assert (semantic["ruleId"], semantic["level"]) == ("drift/interface", "error")
    assert (cosmetic["ruleId"], cosmetic["level"]) == ("drift/spelling", "warning")
    assert semantic["partialFingerprints"] == {"graphGoldensDrift/v1": found.fingerprint}
    assert semantic["message"]["text"].splitlines()[0] == f"p/a · export: {found.label}"
    place = semantic["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "snapshots/torch-2.8.0/p/a/export.md",
        "uriBaseId": "%SRCROOT%",
    }
    assert place["region"] == {"startLine": 31}


def test_every_result_has_a_rule_that_is_there() -> None:
    document = json.loads(render_sarif(mixed()))
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert {result["ruleId"] for result in run["results"]} <= set(rules)
    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    assert levels["finding/not-captured"] == "error"
    assert levels["finding/no-golden"] == "warning"
    assert levels["finding/new-golden"] == "note"


def test_what_was_accepted_is_a_note() -> None:
    (run,) = runs(run_section(drift("p/a"), accept=None))
    assert [result["level"] for result in run["results"]] == ["note"]


def test_a_file_elsewhere_is_named_in_full() -> None:
    elsewhere = item(drift("p/a"))
    (run,) = runs(run_section(items=(type(elsewhere)(elsewhere.drift, "/srv/my goldens/a.md"),)))
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "file:///srv/my%20goldens/a.md"}


def test_any_text_is_held_and_names_of_files_are_quoted() -> None:
    text = render_sarif(hostile())
    assert text.isascii()
    assert "\\ud800" not in text
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for run in json.loads(text)["runs"]
        for result in run["results"]
    ]
    assert uris
    assert not any(set(uri) & set(' <>"`|\\^{}\n#?') for uri in uris)


def test_a_drift_and_the_rule_of_its_class_matter_as_the_project_says() -> None:
    (run,) = runs(run_section(judged(drift("p/a"), Severity.COSMETIC)))
    (result,) = run["results"]
    (rule,) = [rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == result["ruleId"]]
    assert (result["level"], result["properties"]["severity"]) == ("warning", "cosmetic")
    assert (rule["defaultConfiguration"]["level"], rule["properties"]["severity"]) == ("warning", "cosmetic")
    (run,) = runs(run_section(judged(drift("p/a"), Severity.COSMETIC), drift("p/b")))
    (rule,) = [rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == result["ruleId"]]
    assert rule["properties"]["severity"] == "semantic"
