"""Nodes that moved into an operator's graph are those that it holds, with what runs it."""

from graph_goldens.drift.edits.body_edits import find_moved_nodes
from graph_goldens.drift.matching.alignment import align
from tests.drift.building import attribute, chain, given, graph
from tests.drift.labelled.tables import call

WRAP = "torch.ops.higher_order.wrap_with_autocast"
OUTSIDE = chain("aten.sin.default", "aten.cos.default", "aten.tanh.default")
WRAPPED = graph(
    *given("x"),
    attribute("submod_1", "submod_1"),
    call("c", WRAP, "%submod_1", "%x"),
    call("item", "operator.getitem", "%c", 0),
    call("n2", "aten.tanh.default", "%item"),
    returns=("%n2",),
)
BODY = chain("aten.sin.default", "aten.cos.default")


def test_what_moved_in_is_named_with_what_runs_the_graph() -> None:
    found = find_moved_nodes(align(OUTSIDE, WRAPPED), BODY, "submod_1", came=True)
    assert found == {"-n0", "-n1", "+submod_1", "+c", "+item"}


def test_what_moved_out_is_the_reverse() -> None:
    found = find_moved_nodes(align(WRAPPED, OUTSIDE), BODY, "submod_1", came=False)
    assert found == {"+n0", "+n1", "-submod_1", "-c", "-item"}


def test_what_the_graph_does_not_hold_did_not_move() -> None:
    found = find_moved_nodes(align(OUTSIDE, WRAPPED), chain("aten.sin.default"), "submod_1", came=True)
    assert "-n0" in found
    assert "-n1" not in found
    assert not find_moved_nodes(align(OUTSIDE, WRAPPED), None, "other", came=True)
