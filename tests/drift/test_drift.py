from dataclasses import replace

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.drift import Detail, Drift, Edit, TextDifference
from graph_goldens.records import Artifact, Outcome, Record

RECORD = Record("p/c", "export", Outcome.GRAPHS)
LITERAL = Edit(DriftClass.OPERATORS, "a.graph", "1 → 2 at %x", Detail.LITERALS, pattern="1 → 2")
ALIAS = Edit(DriftClass.OPERATORS, "a.graph", "+ alias", Detail.ALIASES)
RENAMED = Edit(DriftClass.RENAMED, "a.graph", "%x → %y", pattern="names")
OUTCOME = Edit(DriftClass.OUTCOME, "outcome", "graphs → error")


def drift(*edits: Edit) -> Drift:
    return Drift(RECORD, RECORD, edits)


def test_a_drift_has_the_class_of_its_worst_edit() -> None:
    assert drift(LITERAL, RENAMED).kind is DriftClass.OPERATORS
    assert drift(LITERAL, RENAMED).severity is Severity.SEMANTIC
    assert drift(RENAMED).severity is Severity.COSMETIC
    assert (drift(RENAMED).case, drift(RENAMED).path, drift(RENAMED).key) == ("p/c", "export", RECORD.key)


def test_what_is_finer_is_said_where_all_edits_of_the_class_share_it() -> None:
    assert drift(LITERAL, RENAMED).label == "operators (literals only)"
    assert drift(LITERAL, ALIAS).label == "operators"
    assert drift(LITERAL, replace(ALIAS, detail=None)).detail is None


def test_what_tells_of_a_drift_are_the_edits_that_matter_each_pattern_once() -> None:
    again = replace(LITERAL, sentence="1 → 2 at %z")
    assert drift(LITERAL, again, ALIAS, RENAMED).telling == (LITERAL, ALIAS)
    assert drift(RENAMED).telling == (RENAMED,)


def test_where_the_outcome_changed_all_else_follows() -> None:
    facts = Edit(DriftClass.BEHAVIOUR, "facts.x", "x: 1 → 2")
    assert drift(OUTCOME, facts).telling == (OUTCOME,)


def test_a_fingerprint_is_of_what_matters_without_names_order_and_number() -> None:
    base = drift(LITERAL, ALIAS).fingerprint
    same = [
        drift(ALIAS, LITERAL),
        drift(LITERAL, ALIAS, RENAMED),
        drift(replace(LITERAL, sentence="1 → 2 at %other", where="b.graph"), ALIAS, LITERAL),
    ]
    assert {each.fingerprint for each in same} == {base}
    others = [drift(LITERAL), drift(ALIAS), drift(replace(LITERAL, kind=DriftClass.VALUES), ALIAS)]
    assert base not in {each.fingerprint for each in others}


def test_a_fingerprint_can_be_taken_of_any_text() -> None:
    assert drift(replace(LITERAL, pattern="\ud800")).fingerprint != drift(LITERAL).fingerprint


def test_texts_that_differ_are_given_in_the_record_s_order() -> None:
    old = replace(RECORD, artifacts=(Artifact("gone", "1"), Artifact("b", "1"), Artifact("same", "")))
    new = replace(RECORD, artifacts=(Artifact("new", "2"), Artifact("same", ""), Artifact("b", "2")))
    assert Drift(old, new, (RENAMED,)).texts == (
        TextDifference("new", None, "2"),
        TextDifference("b", "1", "2"),
        TextDifference("gone", "1", None),
    )
