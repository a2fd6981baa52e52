"""Every surface says the same classes and counts of one run."""

import io
import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from graph_goldens.drift.compare import compare
from graph_goldens.gate.project import find_project
from graph_goldens.gate.result import Result
from graph_goldens.goldens.format import Golden
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.report.as_json import encode_result, render_json
from graph_goldens.report.build import report_results
from graph_goldens.report.formats.table import FORMAT_ROWS, Format, find_format
from graph_goldens.report.model import Report
from graph_goldens.report.run_summary import summarise
from graph_goldens.report.terminal import explain_verdict, show_summary
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict
from tests.report.reporting import hostile, mixed, record

ENVIRONMENT = {"torch": "2.15.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}


def drifted(case: str, golden: Record, new: Record) -> Verdict:
    assert case == new.case
    return Verdict(Capture(new), Finding.DRIFTED, Golden(golden), compare(golden, new))


def verdicts() -> list[Verdict]:
    """Six drifts in four clusters, and what must not count as a drift though it holds one."""
    held = record("p/held")
    broken = drifted("p/broken", record("p/broken", text="input a"), record("p/broken", text="input z"))
    return [
        *(drifted(f"p/{at}", record(f"p/{at}"), record(f"p/{at}", text="input y")) for at in range(3)),
        drifted("q/fact", record("q/fact", graphs=1), record("q/fact", graphs=2)),
        drifted("q/error", record("q/error"), Record("q/error", "export", Outcome.ERROR, "E: no")),
        drifted("q/rules", record("q/rules"), Record(**{**vars(record("q/rules")), "rules": 2})),
        Verdict(Capture(held), Finding.SAME, Golden(held)),
        Verdict(broken.capture, Finding.BROKEN_CLAIM, broken.golden, broken.drift, "graphs is 3"),
        Verdict(Capture(record("p/new")), Finding.MISSING),
    ]


@pytest.fixture
def result() -> Result:
    found = verdicts()
    captures = {verdict.record.key: verdict.capture for verdict in found}
    return Result(Run(ENVIRONMENT, captures), found)


@pytest.fixture
def report(result: Result, tmp_path: Path) -> Report:
    (tmp_path / "cases").mkdir()
    return report_results(find_project(tmp_path), [result])


def counted(text: str) -> dict[str, int]:
    """Read `interface 3, spelling 1`."""
    return {name: int(number) for name, number in re.findall(r"([a-z]+) (\d+)", text)}


@pytest.fixture
def classes(result: Result) -> dict[str, int]:
    """What all surfaces must say."""
    found = {kind.value: count for kind, count in summarise(result.verdicts).classes.items()}
    assert sum(found.values()) == 6
    assert len(found) >= 3
    return found


def test_the_report_itself(report: Report, classes: dict[str, int]) -> None:
    assert {kind.value: count for kind, count in report.classes.items()} == classes
    (section,) = report.sections
    assert section.classes == report.classes
    assert [each.cluster for each in report.spreads] == list(section.clusters)
    assert len(section.clusters) == 4
    assert sum(section.severities.values()) == 6


def test_pytest_names_the_class_of_each(result: Result, classes: dict[str, int]) -> None:
    heads = [explain_verdict(verdict).splitlines()[0] for verdict in result.verdicts[:6]]
    said = Counter(head.split("  ")[1].split(" (")[0] for head in heads)
    assert said == classes


def test_the_terminal(result: Result, classes: dict[str, int]) -> None:
    console = Console(file=io.StringIO(), width=200)
    show_summary(console, result.run, result.verdicts)
    (line,) = [each for each in console.file.getvalue().splitlines() if "drifted" in each]  # type: ignore[attr-defined]
    assert "6 drifted in 4 clusters" in line
    assert counted(line.partition("(")[2]) == classes


def test_markdown(report: Report, classes: dict[str, int]) -> None:
    lines = FORMAT_ROWS[Format.MARKDOWN].render(report).splitlines()
    assert lines[1].startswith("### 6 drifts in 4 clusters: ")
    assert counted(lines[1].partition(": ")[2].partition(", 2 other")[0]) == classes
    rows = [line.split(" | ") for line in lines if line.startswith("|")][2:]
    summed: Counter[str] = Counter()
    for row in rows:
        summed[row[0].removeprefix("| ").split(" (")[0].split(" · ")[0]] += int(row[2])
    assert summed == classes


def test_github(report: Report, classes: dict[str, int]) -> None:
    *commands, summary = FORMAT_ROWS[Format.GITHUB].render(report).splitlines()
    assert summary.startswith("goldens: 6 drifts in 4 clusters: ")
    assert counted(summary.partition("clusters: ")[2].partition(", 2 other")[0]) == classes
    titles = [re.search(r"title=([a-z]+)[^:]*%3A (\d+) goldens?::", command) for command in commands]
    summed: Counter[str] = Counter()
    for title in filter(None, titles):
        summed[title[1]] += int(title[2])
    assert summed == classes


def test_html(report: Report, classes: dict[str, int]) -> None:
    page = FORMAT_ROWS[Format.HTML].render(report)
    assert re.search(r"<b>6 drifts</b> in 4 clusters", page)
    said = re.findall(r'data-kind="([a-z]+)"[^>]*>.*?<b>(\d+)</b>', page)
    assert {kind: int(count) for kind, count in said if int(count)} == classes


def test_junit(report: Report, classes: dict[str, int]) -> None:
    suites = ElementTree.fromstring(FORMAT_ROWS[Format.JUNIT].render(report))
    properties = list(suites.iterfind("testsuite/testcase/properties/property[@name='class']"))
    assert Counter(each.get("value", "") for each in properties) == classes
    prints = {each.get("value") for each in suites.iterfind(".//property[@name='fingerprint']")}
    assert len(prints) == 4


def test_sarif(report: Report, classes: dict[str, int]) -> None:
    (run,) = json.loads(FORMAT_ROWS[Format.SARIF].render(report))["runs"]
    rules = [each["ruleId"] for each in run["results"] if each["ruleId"].startswith("drift/")]
    assert Counter(rule.removeprefix("drift/") for rule in rules) == classes


def test_json(report: Report, result: Result, classes: dict[str, int]) -> None:
    content = json.loads(render_json(report))
    (section,) = content["sections"]
    assert content["classes"] == section["classes"] == classes
    assert Counter(drift["class"] for drift in section["drifts"]) == classes
    assert len(section["clusters"]) == content["clusters"] == 4
    checked = encode_result(result.run, result.verdicts, [], frozenset(), ExitCode.SEMANTIC_DRIFT)
    assert checked["classes"] == classes
    assert checked["clusters"] == section["clusters"]


def test_json_says_of_each_drift_what_people_read() -> None:
    (section,) = json.loads(render_json(mixed()))["sections"]
    drift = section["drifts"][0]
    assert (drift["case"], drift["golden"], drift["line"]) == (
        "p/a",
        "snapshots/torch-2.8.0/p/a/export.md",
        31,
    )
    assert {"class", "severity", "detail", "fingerprint", "edits", "texts", "because"} <= set(drift)
    assert set(drift["edits"][0]) == {"class", "detail", "where", "edit"}
    assert drift["texts"] == [{"artifact": "program.signature", "from": "input x", "to": "input y"}]
    assert [each["gravity"] for each in section["problems"]] == ["warning", "error", "fault", "note"]


@pytest.mark.parametrize("wanted", Format)
def test_any_text_can_be_written_in_every_format(wanted: Format) -> None:
    FORMAT_ROWS[wanted].render(hostile()).encode("utf-8", "replace")


def test_a_files_name_says_the_format() -> None:
    names = ("a.md", "a.html", "a.xml", "a.json", "a.sarif")
    assert [find_format(Path(name)).value for name in names] == ["markdown", "html", "junit", "json", "sarif"]
