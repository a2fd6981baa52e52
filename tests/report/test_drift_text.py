"""A drift in a terminal: words, what differs, and nothing that could steer the terminal."""

import io
from dataclasses import replace

import pytest
from rich.console import Console
from rich.text import Text

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Drift, Edit
from graph_goldens.records import Artifact, Outcome
from graph_goldens.report.drift_text import (
    ALL,
    choose_representative_text,
    format_drift,
    print_lines,
    shorten_sentence,
    wrap_line,
)
from tests.report.drifts import ADD, SUB, drift, graph


def shown(found: Drift, most_lines: int = ALL) -> list[str]:
    return [line.plain for line in format_drift(found, most_lines=most_lines)]


def test_edits_are_cut_unless_all_lines_are_asked_for() -> None:
    many = drift(*(f"edit {number}" for number in range(9)))
    assert sum("edit" in line for line in shown(many)) == 9
    few = shown(many, most_lines=20)
    assert "  … and 3 more edits" in few
    assert sum(line.startswith("  program.graph: edit") for line in few) == 6


def test_lines_are_cut_and_counted() -> None:
    lines = shown(drift("changed"), most_lines=2)
    assert lines[-1] == "    … and 3 more lines"


def test_a_graph_is_shown_by_its_nodes_and_its_code_not_at_all() -> None:
    found = drift("changed")
    golden, record = (
        replace(each, artifacts=(Artifact("program.code", name), *each.artifacts))
        for each, name in ((found.golden, "old code"), (found.record, "new code"))
    )
    lines = shown(replace(found, golden=golden, record=record))
    assert f"    - n0 = {ADD}(x, 0)" in lines
    assert f"    + n0 = {SUB}(x, 0)" in lines
    assert not any("code" in line for line in lines)


def test_a_graph_that_cannot_be_read_is_shown_by_its_lines() -> None:
    found = drift("changed")
    record = replace(found.record, artifacts=(Artifact("program.graph", "no graph\nat all"),))
    assert "    + no graph" in shown(replace(found, record=record))


def test_outcomes_are_shown_in_full() -> None:
    reason = "RuntimeError: " + "long " * 100 + "end"
    found = drift("graphs → error", kind=DriftClass.OUTCOME)
    record = replace(found.record, outcome=Outcome.ERROR, reason=reason, artifacts=())
    lines = shown(replace(found, record=record))
    assert "    - graphs" in lines
    assert f"    + error: {reason}" in lines


@pytest.mark.parametrize(
    ("where", "name"),
    [("program.graph", "program.graph"), ("program.code", "program.graph"), ("program", "program.graph"),
     ("program.values", "program.values"), ("facts.graphs", "program.graph")],
)  # fmt: skip
def test_the_representative_text_is_the_one_that_the_worst_edit_is_about(where: str, name: str) -> None:
    found = drift("changed")
    values = [Artifact("program.values", text) for text in ("a", "b")]
    golden = replace(found.golden, artifacts=(*found.golden.artifacts, values[0]))
    record = replace(found.record, artifacts=(*found.record.artifacts, values[1]))
    text = choose_representative_text(Drift(golden, record, (Edit(DriftClass.VALUES, where, "changed"),)))
    assert text is not None
    assert text.name == name


def test_where_outcomes_differ_no_text_stands_for_the_rest() -> None:
    assert choose_representative_text(drift("graphs → error", kind=DriftClass.OUTCOME)) is None


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_that_is_printed_can_steer_a_terminal(terminal: bool) -> None:
    hostile = "\x1b[2J\x1b]0;gone\x07\r\x9b"
    found = drift(f"edit {hostile}")
    record = replace(
        found.record,
        reason=hostile,
        artifacts=(Artifact(f"program{hostile}.graph", graph(f"x{hostile}")), Artifact("a.code", hostile)),
    )
    edits = (Edit(DriftClass.OPERATORS, f"where{hostile}", f"edit{hostile}"),)
    console = Console(file=io.StringIO(), color_system=None, force_terminal=terminal, width=100)
    print_lines(console, format_drift(replace(found, record=record, edits=edits), most_lines=ALL))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert lines
    assert all(char.isprintable() for line in lines for char in line)


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_line_that_is_too_long_goes_on_below_further_in(width: int) -> None:
    line = Text("    + " + "word " * 40 + "x" * 100)
    pieces = [piece.plain for piece in wrap_line(line, width)]
    assert all(len(piece) <= width for piece in pieces)
    assert pieces[0].startswith("    + word")
    assert all(piece.startswith("        ") for piece in pieces[1:])
    assert "".join(pieces).replace(" ", "") == line.plain.replace(" ", "")


def test_a_long_sentence_keeps_what_differs_on_both_sides() -> None:
    same = "the same words again and again " * 20
    shown = shorten_sentence(f"facts: {same}old → {same}new", 120)
    left, _, right = shown.partition(" → ")
    assert left.endswith("old")
    assert right.endswith("new")
    assert len(shown) < 400
    assert shorten_sentence("x " * 100, 20) == f"{'x ' * 9}x…"
