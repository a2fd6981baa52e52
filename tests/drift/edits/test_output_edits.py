import pytest

from graph_goldens.graphs.node_arguments import Group, Ref
from graph_goldens.graphs.node_table import Node, Table
from tests.drift.building import chain, drifted, given, graph, record
from tests.drift.labelled.tables import Written, call

NODES = (*given("x", "y"), call("a", "aten.sin.default", "%x"), call("b", "aten.cos.default", "%y"))


def changes(old: Written, new: Written) -> list[str]:
    return drifted(*(record(graph(*NODES, returns=each), alone=True) for each in (old, new)))


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        (("%a", "%b"), ("%b", "%a"), ["outputs reordered: %a, %b → %b, %a"]),
        (("%a",), ("%a", "%b"), ["+ output `%b`"]),
        (("%a", "%b"), ("%b",), ["- output `%a`"]),
        (("%a", "%b"), ("%a", "%x"), ["output 1: `%b` → `%x`"]),
        (("%a",), ["%a"], ["returns a tuple → a list"]),
        (("%a",), "%a", ["returns a tuple → one value"]),
        (("%a", 1), ("%a", 2), ["output 1: `1` → `2`"]),
        (("%a", ("%b", "%x")), ("%a", ("%x", "%b")), ["output 1: `(%b, %x)` → `(%x, %b)`"]),
        (("%a", "%a"), ("%a", "%b"), ["output 1: `%a` → `%b`"]),
        (("%a", "%b", "%x"), ("%y", "%x"), ["output 0: `%a` → `%y`", "- output `%b`"]),
        (("%a", "%x"), ("%y", "%b", "%x"), ["output 0: `%a` → `%y`", "+ output `%b`"]),
    ],
)
def test_what_is_returned_is_compared_item_by_item(old: Written, new: Written, sentences: list[str]) -> None:
    assert changes(old, new) == [f"interface: {sentence}" for sentence in sentences]


def test_a_mapping_s_values_that_changed_places_are_told() -> None:
    def table(*names: str) -> Table:
        items = Group("{", tuple(Ref(name) for name in names), ("k", "l"))
        return Table((*NODES, Node("output", "output", "output", items)))

    (sentence,) = drifted(record(table("a", "b"), alone=True), record(table("b", "a"), alone=True))
    assert sentence == "interface: output 0: `{k: %a, l: %b}` → `{k: %b, l: %a}`"


def test_a_graph_that_returns_nothing_any_more_says_so() -> None:
    old = graph(*NODES)
    new = Table(old.nodes[:-1])
    assert drifted(record(old, alone=True), record(new, alone=True)) == [
        "interface: returns a tuple → nothing"
    ]


def test_an_output_in_whose_place_an_operator_was_added_is_told_by_that() -> None:
    old, new = chain("aten.sin.default"), chain("aten.sin.default", "aten.alias.default")
    assert drifted(record(old), record(new)) == ["operators: + aten.alias after `%n0`"]


def test_outputs_under_other_names_are_the_same() -> None:
    old, new = chain("aten.sin.default"), chain("aten.sin.default", start="z")
    assert all(sentence.startswith("renamed") for sentence in drifted(record(old), record(new)))
