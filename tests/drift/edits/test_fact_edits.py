import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.fact_changes import NOTHING as NOTHING_THERE
from graph_goldens.drift.edits.fact_changes import ValueChange, find_value_changes
from graph_goldens.drift.edits.fact_edits import find_fact_edits
from graph_goldens.drift.edits.list_changes import find_list_changes
from graph_goldens.drift.graph_pairing import pair_graphs
from graph_goldens.drift.symbol_scopes import SymbolScopes
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.records import Json, Outcome, Record
from tests.drift.building import chain, graph, record
from tests.drift.building import given as inputs
from tests.drift.labelled.tables import call

NOTHING = Record("p/c", "export", Outcome.GRAPHS)

leaves = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | st.text(max_size=3)
json_values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)
all_facts = st.dictionaries(st.sampled_from(["graphs", "eager", "x"]), json_values)


def edits(
    old: dict[str, Json],
    new: dict[str, Json],
    golden: Record = NOTHING,
    other: Record = NOTHING,
    *,
    ended_alike: bool = True,
) -> list[Edit]:
    return list(
        find_fact_edits(old, new, pair_graphs(golden, other), SymbolScopes(), ended_alike=ended_alike)
    )


def sentences(*args: object, **kwargs: bool) -> list[str]:
    return [edit.sentence for edit in edits(*args, **kwargs)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"eager": True}, {"eager": False}, ["eager: true → false"]),
        ({"eager": True}, {}, ["- eager, which was true"]),
        ({}, {"eager": None}, ["+ eager: null"]),
        ({"a": 1}, {"a": True}, ["a: 1 → true"]),
        ({"a": 0.0}, {"a": -0.0}, ["a: 0.0 → -0.0"]),
        ({"fake": {"push": 2, "pop": 2}}, {"fake": {"push": 2, "pop": 4}}, ["fake.pop: 2 → 4"]),
        ({"fake": {"push": 2}}, {"fake": {"size": 1}}, ["fake.push: 2 → nothing", "fake.size: nothing → 1"]),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, ["a[1]: 2 → 3", "a[2]: nothing → 4"]),
        ({"a": []}, {"a": ["x", [1]]}, ['a[0]: nothing → "x"', "a[1]: nothing → [1]"]),
        ({"a": [1]}, {"a": []}, ["a[0]: 1 → nothing"]),
        ({"a": "not present"}, {"a": "x"}, ['a: "not present" → "x"']),
        ({"a": [1]}, {"a": {"b": 1}}, ['a: [1] → {"b": 1}']),
        ({"a": "x" * 200}, {"a": "y"}, ['a: "' + "x" * 78 + '… → "y"']),
    ],
)
def test_each_place_that_differs_is_a_sentence(
    old: dict[str, Json], new: dict[str, Json], words: list[str]
) -> None:
    found = edits(old, new)
    assert sorted(edit.sentence for edit in found) == sorted(words)
    assert {edit.kind for edit in found} == {DriftClass.BEHAVIOUR}


@pytest.mark.parametrize(
    "name", ["graphs", "graph_breaks", "skipped_frames", "frames", "restarts", "recompilations"]
)
def test_facts_that_count_captures_are_of_the_class_capture(name: str) -> None:
    (edit,) = edits({name: 1}, {name: 2})
    assert (edit.kind, edit.where, edit.sentence) == (DriftClass.CAPTURE, f"facts.{name}", f"{name}: 1 → 2")


@pytest.mark.parametrize("name", ["inputs", "outputs", "unbacked", "exported", "module"])
def test_facts_about_inputs_and_outputs_are_the_interface(name: str) -> None:
    (edit,) = edits({name: 1}, {name: 2})
    assert edit.kind is DriftClass.INTERFACE


@given(all_facts, all_facts)
def test_no_difference_is_missed_and_none_made_up(old: dict[str, Json], new: dict[str, Json]) -> None:
    assert edits(old, old) == []
    touched = {edit.where for edit in edits(old, new)}
    assert {f"facts.{name}" for name in {*old, *new} if repr_of(old, name) != repr_of(new, name)} == touched


def repr_of(facts: dict[str, Json], name: str) -> str:
    return sorted_repr(facts[name]) if name in facts else "nothing at all"


def sorted_repr(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{name!r}:{sorted_repr(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(sorted_repr, value)) + "]"
    return repr(value)


def table(*names: str, returns: tuple[str, ...] = ("%n",)) -> Table:
    nodes: list[Node] = [call("n", "aten.sin.default", f"%{names[-1]}"), call("m", "aten.cos.default", "%n")]
    return graph(*inputs(*names), *nodes, returns=returns)


def test_inputs_and_outputs_that_the_graph_tells_of_are_left_out() -> None:
    golden, other = record(table("x")), record(table("t", "x", returns=("%n", "%m")))
    old: dict[str, Json] = {"inputs": {"g": ["tensor"]}, "outputs": {"g": ["tensor"]}}
    new: dict[str, Json] = {"inputs": {"g": ["token", "tensor"]}, "outputs": {"g": ["tensor", "tensor"]}}
    assert sentences(old, new, golden, other) == []


def test_an_input_that_is_of_another_kind_now_is_told() -> None:
    golden, other = record(table("x")), record(table("t", "x"))
    old: dict[str, Json] = {"inputs": {"g": ["tensor"]}}
    new: dict[str, Json] = {"inputs": {"g": ["token", "number"]}}
    assert sentences(old, new, golden, other) == ['inputs.g[0]: "tensor" → "number"']


def test_what_does_not_fit_the_graph_is_compared_as_it_stands() -> None:
    golden, other = record(table("x")), record(table("t", "x"))
    assert sentences({"inputs": {"g": []}}, {"inputs": {"g": ["tensor"]}}, golden, other) == [
        'inputs.g[0]: nothing → "tensor"'
    ]
    assert sentences({"inputs": {"g": 1}}, {"inputs": {"g": 2}}, golden, other) == ["inputs.g: 1 → 2"]


def test_facts_of_graphs_that_came_or_went_or_were_renamed_follow_from_that() -> None:
    sin, cos = chain("aten.sin.default"), chain("aten.cos.default")
    one: dict[str, Json] = {"inputs": {"a": ["tensor"]}, "graphs": 1}
    two: dict[str, Json] = {"inputs": {"a": ["tensor"], "b": ["tensor"]}, "graphs": 2}
    assert sentences(one, two, record({"a": sin}), record({"a": sin, "b": cos})) == []
    assert sentences(two, one, record({"a": sin, "b": cos}), record({"a": sin})) == []
    renamed: dict[str, Json] = {"inputs": {"c": ["tensor"]}}
    assert sentences({"inputs": {"a": ["tensor"]}}, renamed, record({"a": sin}), record({"c": sin})) == []
    other: dict[str, Json] = {"inputs": {"c": ["number"]}}
    assert sentences({"inputs": {"a": ["tensor"]}}, other, record({"a": sin}), record({"c": sin})) == [
        'inputs.a[0]: "tensor" → "number"'
    ]


def test_where_captures_ended_otherwise_only_what_both_observed_is_told() -> None:
    old: dict[str, Json] = {"graphs": 1, "same_as_eager": True, "size": 1, "only": 2}
    new: dict[str, Json] = {"graphs": 0, "same_as_eager": False, "size": 2}
    assert sentences(old, new, ended_alike=False) == ["size: 1 → 2"]


def test_symbols_in_facts_may_have_other_names() -> None:
    assert sentences({"unbacked": {"g": ["u0 = x"]}}, {"unbacked": {"g": ["u1 = x"]}}) == []


def test_one_change_of_facts_has_one_pattern_whatever_it_is_about() -> None:
    found = [
        *edits({"fake_calls": {"push": 2}}, {"fake_calls": {"push": 4}}),
        *edits({"fake_calls": {"pop": 1}}, {"fake_calls": {"pop": 7}}),
    ]
    assert {edit.pattern for edit in found} == {"fake_calls: more"}
    later = [
        *edits({"after_tracing": 1}, {"after_tracing": 0}),
        *edits({"after_retracing": 3}, {"after_retracing": 2}),
    ]
    assert {edit.pattern for edit in later} == {"observed: fewer"}


@given(st.lists(json_values, max_size=15), st.booleans())
def test_where_one_list_is_empty_the_changes_are_those_that_deepdiff_finds(
    items: list[Json], new: bool
) -> None:
    sides: tuple[list[Json], list[Json]] = ([], items) if new else (items, [])
    found = find_list_changes(*sides, NOTHING_THERE)
    changes = [ValueChange(tuple(place), old, after) for place, old, after in found]
    assert list(find_value_changes(*sides)) == changes
