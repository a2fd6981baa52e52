import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drift.classes import DriftClass
from harness.drift.facts import fact_edits
from harness.records import Json

leaves = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | st.text(max_size=3)
json_values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)
all_facts = st.dictionaries(st.sampled_from(["graphs", "eager", "x"]), json_values)


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ({"eager": True}, {"eager": False}, ["eager: true → false"]),
        ({"eager": True}, {}, ["- eager, which was true"]),
        ({}, {"eager": None}, ["+ eager: null"]),
        ({"a": 1}, {"a": True}, ["a: 1 → true"]),
        ({"a": 0.0}, {"a": -0.0}, ["a: 0.0 → -0.0"]),
        ({"fake": {"push": 2, "pop": 2}}, {"fake": {"push": 2, "pop": 4}}, ["fake.pop: 2 → 4"]),
        ({"fake": {"push": 2}}, {"fake": {"size": 1}}, ["fake.push: 2 → nothing", "fake.size: nothing → 1"]),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, ["a[1]: 2 → 3", "a[2]: nothing → 4"]),
        ({"a": "not present"}, {"a": "x"}, ['a: "not present" → "x"']),
        ({"a": [1]}, {"a": {"b": 1}}, ['a: [1] → {"b": 1}']),
        ({"a": "x" * 200}, {"a": "y"}, ['a: "' + "x" * 78 + '… → "y"']),
    ],
)
def test_each_place_that_differs_is_a_sentence(
    old: dict[str, Json], new: dict[str, Json], sentences: list[str]
) -> None:
    edits = sorted(fact_edits(old, new), key=lambda edit: edit.sentence)
    assert [edit.sentence for edit in edits] == sorted(sentences)
    assert {edit.kind for edit in edits} == {DriftClass.BEHAVIOUR}


@pytest.mark.parametrize("name", ["graphs", "graph_breaks", "frames", "recompilations"])
def test_facts_that_count_captures_are_of_the_class_capture(name: str) -> None:
    (edit,) = fact_edits({name: 1}, {name: 2})
    assert (edit.kind, edit.where, edit.sentence) == (DriftClass.CAPTURE, f"facts.{name}", f"{name}: 1 → 2")


@given(all_facts, all_facts)
def test_no_difference_is_missed_and_none_made_up(old: dict[str, Json], new: dict[str, Json]) -> None:
    assert list(fact_edits(old, old)) == []
    touched = {edit.where for edit in fact_edits(old, new)}
    assert {f"facts.{name}" for name in {*old, *new} if repr_of(old, name) != repr_of(new, name)} == touched


def repr_of(facts: dict[str, Json], name: str) -> str:
    return sorted_repr(facts[name]) if name in facts else "nothing at all"


def sorted_repr(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{name!r}:{sorted_repr(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(sorted_repr, value)) + "]"
    return repr(value)
