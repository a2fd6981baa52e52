"""The matrix shows versions across, and what changed from one to the next."""

import io

from rich.console import Console

from graph_goldens.drift.classes import DriftClass
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.report.matrix_table import Column, show_matrix
from graph_goldens.report.run_summary import summarise
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.verdict import Finding, Verdict

SUMMARY = summarise([Verdict(Capture(Record("p/a", "export", Outcome.GRAPHS)), Finding.SAME)])


def test_versions_stand_across_and_rows_of_nothing_are_left_out() -> None:
    console = Console(file=io.StringIO(), width=80, record=True, highlight=False)
    columns = [
        Column("2.8.0", ExitCode.SAME, SUMMARY, None, 41.2),
        Column("2.9.1", ExitCode.TOOL_FAILED),
        Column("2.10.0", ExitCode.SEMANTIC_DRIFT, SUMMARY, {DriftClass.OPERATORS: 1_234}, 40.0),
    ]
    show_matrix(console, columns)
    rows = [line.split() for line in console.export_text().splitlines()]
    assert rows == [
        ["2.8", "2.9", "2.10"],
        ["with", "graphs", "1", "·", "1"],
        ["same", "1", "·", "1"],
        ["drift", "from", "before"],
        ["operators", "·", "·", "1,234"],
        ["seconds", "41", "0", "40"],
        ["gate", "ok", "fail", "drift"],
    ]
