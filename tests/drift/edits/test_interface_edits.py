import pytest

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.edits.interface_edits import find_line_edits
from graph_goldens.drift.matching.alignment import align
from graph_goldens.drift.text.spelling import Symbols
from graph_goldens.graphs.node_table import Table
from tests.drift.building import chain, drifted, given, graph, record, told
from tests.drift.labelled.tables import call

SIGNATURE = "input parameter p of weight\ninput user x\noutput mutation n of state\noutput user m"
TABLE = graph(
    *given("p", "x"),
    call("n", "aten.add.Tensor", "%p", "%x"),
    call("m", "aten.sin.default", "%n"),
    returns=("%n", "%m"),
)


def changes(old: str, new: str, table: Table = TABLE, other: Table | None = None) -> list[str]:
    alignment = align(table, other or table)
    return told(find_line_edits(old, new, DriftClass.INTERFACE, "g.signature", Symbols(), alignment))


def test_a_line_that_says_something_else_is_told() -> None:
    new = SIGNATURE.replace("input parameter p", "input buffer p")
    assert changes(SIGNATURE, new) == [
        "interface: `input parameter p of weight` → `input buffer p of weight`"
    ]
    assert changes("a", "a\nb\n") == ["interface: + `b`"]
    assert changes("a\nb", "a") == ["interface: - `b`"]


def test_lines_that_changed_in_the_same_way_are_told_once() -> None:
    old, new = (
        "\n".join(f"input {kind} {name} of {name}.weight" for name in ("x", "p", "n"))
        for kind in ("parameter", "buffer")
    )
    assert changes(old, new) == [
        "interface: `input parameter x of x.weight` → `input buffer x of x.weight`, and 2 more lines likewise"
    ]


def test_a_pattern_names_neither_nodes_nor_what_they_belong_to() -> None:
    alignment = align(TABLE, TABLE)
    patterns = {
        edit.pattern
        for name, owner in (("p", "layer.weight"), ("x", "bias"))
        for edit in find_line_edits(
            f"input parameter {name} of {owner}",
            f"input buffer {name} of {owner}",
            DriftClass.INTERFACE,
            "g.signature",
            Symbols(),
            alignment,
        )
    }
    assert patterns == {"input parameter % of … → input buffer % of …"}


def test_nodes_and_symbols_may_have_other_names() -> None:
    other = graph(
        *given("q", "y"),
        call("a", "aten.add.Tensor", "%q", "%y"),
        call("b", "aten.sin.default", "%a"),
        returns=("%a", "%b"),
    )
    old = f"{SIGNATURE}\nmutated: {{'n': 'state'}}\nrange s0 in [2, 4]"
    new = "input parameter q of weight\ninput user y\noutput mutation a of state\noutput user b"
    new += "\nmutated: {'a': 'state'}\nrange s7 in [2, 4]"
    assert changes(old, new, TABLE, other) == []
    assert changes(old, new.replace("mutation a", "mutation b"), TABLE, other) != []


def test_inputs_and_outputs_that_came_or_went_are_told_by_the_graph() -> None:
    other = graph(
        *given("p", "x", "z"),
        call("n", "aten.add.Tensor", "%p", "%x"),
        call("m", "aten.sin.default", "%n"),
        call("k", "aten.sin.default", "%z"),
        returns=("%n", "%m", "%k"),
    )
    assert changes(SIGNATURE, f"input user z\n{SIGNATURE}\noutput user k", TABLE, other) == []


def test_another_node_in_the_place_of_an_output_is_told_by_the_graph_and_another_kind_of_it_is_not() -> None:
    old, new = chain("aten.sin.default"), chain("aten.sin.default", "aten.alias.default")
    assert changes("output user n0", "output user n1", old, new) == []
    assert changes("output mutation n0 of b", "output user n1", old, new) == [
        "interface: `output mutation n0 of b` → `output user n1`"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("range s0 in [0, 1]\nrange u0 in [0, 2]", "range u0 in [0, 2]\nrange s0 in [0, 1]", "reordered: "),
        ("input user x\ninput user p", "input user p\ninput user x", "interface: "),
    ],
)
def test_lines_in_another_order_matter_where_they_are_inputs_or_outputs(
    old: str, new: str, expected: str
) -> None:
    (sentence,) = changes(old, new)
    assert sentence.startswith(expected)
    assert sentence.endswith("stands at another place")


def test_texts_of_an_unknown_kind_are_compared_line_by_line() -> None:
    base = record(TABLE, notes="a\nb")
    assert drifted(base, record(TABLE, notes="a\nc")) == ["operators: `b` → `c`"]


def test_a_signature_without_a_graph_that_can_be_read_is_compared_too() -> None:
    old, new = (record(TABLE, graph="no graph", signature=text) for text in (SIGNATURE, SIGNATURE + "\nx"))
    assert drifted(old, new) == ["interface: + `x`"]
