from dataclasses import replace

import pytest

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.compare import compare
from graph_goldens.drift.edits.outcome_edits import find_outcome_edits, list_graph_names
from graph_goldens.records import Artifact, Json, Outcome, Record
from tests.drift.building import told

GRAPHS = Record("p/c", "export", Outcome.GRAPHS, artifacts=(Artifact("a.graph", ""), Artifact("a.code", "")))
ERROR = Record("p/c", "export", Outcome.ERROR, "TypeError: no kernel for lib::push")

TEXTS = replace(GRAPHS, outcome=Outcome.TEXTS, artifacts=(Artifact("plan.text", "one partition"),))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (GRAPHS, ERROR, "graphs (a) → error: TypeError: no kernel for lib::push"),
        (ERROR, GRAPHS, "error: TypeError: no kernel for lib::push → graphs (a)"),
        (
            ERROR,
            replace(ERROR, reason="ValueError: x"),
            "error: TypeError: no kernel for lib::push → ValueError: x",
        ),
        (GRAPHS, replace(ERROR, outcome=Outcome.CRASH, reason="SIGSEGV"), "graphs (a) → crash: SIGSEGV"),
        (
            ERROR,
            replace(ERROR, outcome=Outcome.TIMEOUT, reason=""),
            "error: TypeError: no kernel for lib::push → timeout",
        ),
        (GRAPHS, TEXTS, "graphs (a) → texts"),
        (TEXTS, ERROR, "texts → error: TypeError: no kernel for lib::push"),
        (replace(GRAPHS, artifacts=()), ERROR, "graphs (none) → error: TypeError: no kernel for lib::push"),
    ],
)
def test_another_end_of_a_capture_is_told_with_both(old: Record, new: Record, words: str) -> None:
    assert told(find_outcome_edits(old, new)) == [f"outcome: {words}"]


def test_the_same_end_is_no_edit() -> None:
    assert list(find_outcome_edits(ERROR, ERROR)) == []
    assert list(find_outcome_edits(GRAPHS, replace(GRAPHS, artifacts=()))) == []


@pytest.mark.parametrize(
    ("new", "kind", "words"),
    [
        ({"type": "a.E", "kind": "UserError"}, DriftClass.WORDING, 'error.kind: "" → "UserError"'),
        ({"type": "b.E", "kind": ""}, DriftClass.OUTCOME, 'error.type: "a.E" → "b.E"'),
    ],
)
def test_an_error_that_says_the_same_may_be_of_another_type_or_kind(
    new: dict[str, Json], kind: DriftClass, words: str
) -> None:
    old = replace(ERROR, facts={"error": {"type": "a.E", "kind": ""}})
    drift = compare(old, replace(old, facts={"error": new}))
    assert drift is not None
    assert [(edit.kind, edit.sentence) for edit in drift.edits] == [(kind, words)]


def test_one_change_of_errors_has_one_pattern_whatever_the_names_in_it() -> None:
    edits = [
        edit
        for name in ("push", "pop")
        for edit in find_outcome_edits(replace(ERROR, reason=f"TypeError: no kernel for lib::{name}"), GRAPHS)
    ]
    assert len({edit.trace for edit in edits}) == 1
    assert {edit.kind for edit in edits} == {DriftClass.OUTCOME}


def test_long_errors_are_told_by_where_they_differ() -> None:
    start = "TypeError: " + "very " * 100
    (edit,) = find_outcome_edits(replace(ERROR, reason=f"{start}old"), replace(ERROR, reason=f"{start}new"))
    assert "old" in edit.sentence
    assert "new" in edit.sentence
    assert len(edit.sentence) < 300


def test_a_record_s_graphs_have_names() -> None:
    assert list_graph_names(GRAPHS) == ["a"]
