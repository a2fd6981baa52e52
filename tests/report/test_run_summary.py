"""Every number of a summary adds up to the records, whatever was found and written."""

import io
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from graph_goldens.drift.compare import compare
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import ChangeKind, GoldenChange
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Capture, Fault, FaultKind, Outcome, Record
from graph_goldens.report.as_json import encode_result
from graph_goldens.report.run_summary import describe_outcome, summarise
from graph_goldens.report.terminal import show_summary
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run
from graph_goldens.runs.verdict import Finding, Verdict

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}
WRITABLE = (Finding.MISSING, Finding.DRIFTED, Finding.OLDER_SOURCE)
KEYS = [Key(f"p/{case}", path) for case in "abcd" for path in ("export", "make-fx-real", "symbolic-trace")]


def make_verdict(key: Key, finding: Finding, outcome: Outcome, graphs: int) -> Verdict:
    artifacts = tuple(Artifact(f"g{number}.graph", "graph():") for number in range(graphs))
    record = Record(*key, outcome, artifacts=artifacts)
    fault = Fault(FaultKind.CASE, "it raised") if finding is Finding.FAULT else None
    golden = Record(*key, outcome, facts={"graphs": 9})
    drift = compare(golden, record) if finding is Finding.DRIFTED else None
    return Verdict(Capture(record, fault=fault), finding, Golden(golden) if drift else None, drift)


@st.composite
def found(draw: st.DrawFn) -> tuple[list[Verdict], dict[Key, GoldenChange]]:
    """What an update may have found and written of some records."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1))
    kinds = st.tuples(st.sampled_from(Finding), st.sampled_from(Outcome), st.integers(0, 3))
    verdicts = [make_verdict(key, *draw(kinds)) for key in keys]
    updates = draw(st.booleans())
    changes = {
        verdict.record.key: GoldenChange(draw(st.sampled_from(ChangeKind)), None, Path("x"))
        for verdict in verdicts
        if updates and verdict.finding in WRITABLE
    }
    return verdicts, changes


def show(verdicts: list[Verdict], changes: dict[Key, GoldenChange]) -> list[str]:
    console = Console(file=io.StringIO(), width=300)
    run = Run(ENVIRONMENT, {verdict.record.key: verdict.capture for verdict in verdicts})
    show_summary(console, run, verdicts, changes)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def read_number(text: str) -> int:
    match = re.search(r"[\d,]+", text)
    assert match is not None
    return int(match[0].replace(",", ""))


@given(found())
def test_cases_times_paths_are_the_records_where_it_says_so(
    made: tuple[list[Verdict], dict[Key, GoldenChange]],
) -> None:
    size = show(*made)[1]
    numbers = [int(number) for number in re.findall(r"\d+", size.partition(" in ")[0])]
    cases, paths, records, graphs = numbers
    verdicts, _ = made
    assert records == len(verdicts)
    assert ("×" in size) == (cases * paths == records)
    captured = [verdict.record for verdict in verdicts if verdict.finding is not Finding.FAULT]
    assert graphs == sum(len(record.artifacts) for record in captured)


@given(found())
def test_outcomes_and_what_was_not_captured_are_all_records(
    made: tuple[list[Verdict], dict[Key, GoldenChange]],
) -> None:
    parts = show(*made)[2].split(" · ")
    assert sum(map(read_number, parts)) == len(made[0])


@given(found())
def test_what_was_found_and_what_was_written_are_all_records(
    made: tuple[list[Verdict], dict[Key, GoldenChange]],
) -> None:
    verdicts, changes = made
    lines = show(*made)[3:]
    assert sum(map(read_number, lines)) == len(verdicts)
    written = sum(change.kind is not ChangeKind.UNCHANGED for change in changes.values())
    assert [read_number(line) for line in lines if "wrote" in line and "meanwhile" not in line] == (
        [written] if written else []
    )


@given(found())
def test_the_classes_of_drifts_and_the_sizes_of_clusters_are_all_drifts(
    made: tuple[list[Verdict], dict[Key, GoldenChange]],
) -> None:
    verdicts, changes = made
    open_verdicts = [verdict for verdict in verdicts if verdict.record.key not in changes]
    line = next((line for line in show(*made) if " drifted in " in line), None)
    if line is None:
        assert not any(verdict.finding is Finding.DRIFTED for verdict in open_verdicts)
        return
    classes = line.partition("(")[2]
    assert sum(map(int, re.findall(r"\d+", classes))) == read_number(line)
    summary = summarise(open_verdicts)
    assert sum(len(cluster.drifts) for cluster in summary.clusters) == read_number(line)


@given(found())
def test_the_numbers_of_the_json_add_up_too(made: tuple[list[Verdict], dict[Key, GoldenChange]]) -> None:
    verdicts, changes = made
    run = Run(ENVIRONMENT, {verdict.record.key: verdict.capture for verdict in verdicts})
    encoded = encode_result(run, verdicts, (), frozenset(changes), ExitCode.SAME)
    outcomes, findings, classes = (encoded[name] for name in ("outcomes", "findings", "classes"))
    assert isinstance(outcomes, dict)
    assert isinstance(findings, dict)
    assert isinstance(classes, dict)
    counts = [[int(str(count)) for count in each.values()] for each in (outcomes, findings, classes)]
    faults = sum(verdict.finding is Finding.FAULT for verdict in verdicts)
    drifts = sum(verdict.finding is Finding.DRIFTED for verdict in verdicts)
    assert [sum(each) for each in counts] == [len(verdicts) - faults, len(verdicts), drifts]


def test_each_outcome_has_its_words() -> None:
    assert len({describe_outcome(outcome) for outcome in Outcome}) == len(Outcome)
