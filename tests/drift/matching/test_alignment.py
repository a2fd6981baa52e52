from collections import Counter

import pytest
from hypothesis import given

from graph_goldens.drift.matching.alignment import Row, RowChange, align, align_texts
from graph_goldens.drift.text.spelling import Symbols
from graph_goldens.graphs.node_arguments import Argument, Literal
from graph_goldens.graphs.node_table import Node, Table
from tests.drift.building import chain, graph
from tests.drift.building import given as inputs
from tests.drift.labelled.tables import call, written
from tests.drift.matching.test_node_matching import tables

SIN, COS = call("s", "aten.sin.default", "%x"), call("c", "aten.cos.default", "%x")
MUTATION = call("m", "aten.add_.Tensor", "%x", 1)


def ordered(*nodes: Node) -> Table:
    return graph(*inputs("x"), *nodes, returns=("%s", "%c"))


def shown(rows: tuple[Row, ...]) -> list[str]:
    return [
        f"{row.change.value} {row.old.name if row.old else '·'} {row.new.name if row.new else '·'}"
        for row in rows
    ]


@given(tables(), tables())
def test_rows_hold_every_node_of_either_graph_once_in_the_new_order(old: Table, new: Table) -> None:
    rows = align(old, new).rows
    assert [row.new for row in rows if row.new] == list(new.nodes)
    assert Counter(row.old.name for row in rows if row.old) == Counter(node.name for node in old.nodes)


@given(tables(), tables())
def test_a_row_s_change_says_which_sides_it_has(old: Table, new: Table) -> None:
    for row in align(old, new).rows:
        assert (row.change is RowChange.ADDED) == (row.old is None)
        assert (row.change is RowChange.REMOVED) == (row.new is None)


@given(tables())
def test_a_graph_aligned_with_itself_has_the_same_nodes_in_every_row(table: Table) -> None:
    alignment = align(table, table)
    assert {row.change for row in alignment.rows} <= {RowChange.SAME}
    assert (alignment.moved, alignment.moved_inputs, alignment.crossing, alignment.regions) == (
        (),
        (),
        (),
        (),
    )


def test_rows_say_what_became_of_each_node() -> None:
    sine, alias = call("a", "aten.sin.default", "%x"), call("b", "aten.alias.default", "%a")
    old = graph(*inputs("x"), sine, alias, call("c", "aten.sum.default", "%b", [1]), returns=("%c",))
    other = call("a_1", "aten.sin.default", "%x"), call("c", "aten.sum.default", "%a_1", [2])
    new = graph(*inputs("x"), *other, call("d", "aten.neg.default", "%c"), returns=("%d",))
    assert shown(align(old, new).rows) == [
        "same x x",
        "renamed a a_1",
        "removed b ·",
        "changed c c",
        "added · d",
        "same output output",
    ]


def test_what_was_removed_stands_where_it_stood() -> None:
    old, new = graph(*inputs("x", "y"), returns=("%y",)), graph(*inputs("y"), returns=("%y",))
    assert shown(align(old, new).rows) == ["removed x ·", "same y y", "same output output"]


def test_a_replaced_node_is_one_changed_row() -> None:
    rows = align(chain("aten.view.default"), chain("aten._unsafe_view.default")).rows
    assert shown(rows) == ["same x x", "changed n0 n0", "same output output"]


def test_as_few_nodes_moved_as_explain_the_order() -> None:
    nodes = [call(f"n{number}", f"aten.op{number}.default", "%x") for number in range(5)]
    old = graph(*inputs("x"), *nodes)
    new = graph(*inputs("x"), *nodes[1:4], nodes[0], nodes[4])
    alignment = align(old, new)
    assert alignment.moved == ("n0",)
    assert [row.change for row in alignment.rows if row.old and row.old.name == "n0"] == [RowChange.MOVED]
    assert alignment.crossing == ()


def test_inputs_have_an_order_of_their_own() -> None:
    old, new = graph(*inputs("x", "y"), SIN), graph(*inputs("y", "x"), SIN)
    alignment = align(old, new)
    assert (alignment.moved, len(alignment.moved_inputs)) == ((), 1)


@pytest.mark.parametrize(
    ("old", "new", "crossing"),
    [
        ((SIN, MUTATION, COS), (SIN, COS, MUTATION), ("c",)),
        ((SIN, COS, MUTATION), (MUTATION, SIN, COS), ("s", "c")),
        ((SIN, COS, MUTATION), (COS, SIN, MUTATION), ()),
        ((SIN, MUTATION, COS), (COS, MUTATION, SIN), ("s", "c")),
    ],
)
def test_a_node_on_the_other_side_of_a_side_effect_crossed_it(
    old: tuple[Node, ...], new: tuple[Node, ...], crossing: tuple[str, ...]
) -> None:
    assert align(ordered(*old), ordered(*new)).crossing == crossing


def test_side_effects_in_another_order_crossed_each_other() -> None:
    first, second = call("m", "aten.add_.Tensor", "%x", 1), call("n", "aten.mul_.Tensor", "%x", 2)
    crossing = align(ordered(first, second, SIN, COS), ordered(second, first, SIN, COS)).crossing
    assert len(crossing) == 1


def test_a_node_whose_values_alone_say_that_it_has_effects_may_not_be_crossed() -> None:
    size = call("z", "aten.sym_size.int", "%q", 0)
    old, new = graph(*inputs("q", "x"), size, SIN), graph(*inputs("q", "x"), SIN, size)
    queue = {"q": "script object __torch__.Queue"}
    assert align(old, new).crossing == ()
    assert align(old, new, (queue, queue)).crossing == ("s",)


@pytest.mark.parametrize(
    ("old", "new", "follows"),
    [
        (written("%x"), written("%x"), True),
        (written("%x"), written("%y"), False),
        (written(["%x", 1]), written(["%x", 1]), True),
        (written(["%x", 1]), written(["%x", 2]), False),
        (written(["%x"]), written(("%x",)), False),
        (written("%x"), written(1), False),
        (Literal("x"), Literal("y"), False),
        (Literal("f(%x)"), Literal("f(%y)"), False),
    ],
)
def test_an_argument_follows_from_what_its_nodes_became(old: Argument, new: Argument, follows: bool) -> None:
    table = graph(*inputs("x", "y"))
    assert align(table, table).follows(old, new, Symbols()) is follows


def test_a_text_that_is_called_like_a_node_is_not_renamed_with_it() -> None:
    old = graph(*inputs("x"), call("sum", "aten.sin.default", "%x"), returns=("%sum",))
    new = graph(*inputs("x"), call("mean", "aten.sin.default", "%x"), returns=("%mean",))
    alignment = align(old, new)
    assert not alignment.follows(Literal("sum"), Literal("mean"), Symbols())
    assert alignment.follows(Literal("of node 'sum'"), Literal("of node 'mean'"), Symbols())


def test_an_alias_that_went_is_followed_by_what_it_stood_for_and_nothing_else() -> None:
    alias = call("d", "aten.detach.default", "%x")
    old = graph(*inputs("x", "y"), alias, call("s", "aten.sin.default", "%d"), returns=("%s",))
    for taken, follows in (("%x", True), ("%y", False)):
        new = graph(*inputs("x", "y"), call("s", "aten.sin.default", taken), returns=("%s",))
        alignment = align(old, new)
        assert alignment.follows(written("%d"), written(taken), Symbols()) is follows


def test_texts_are_aligned_where_both_can_be_read_and_a_missing_one_is_empty() -> None:
    text = chain("aten.sin.default").text
    alignment = align_texts(None, text)
    assert alignment is not None
    assert {row.change for row in alignment.rows} == {RowChange.ADDED}
    assert align_texts("no graph", text) is None
