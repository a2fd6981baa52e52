"""An order that changed is told by what was crossed, or by a place where nothing was."""

import pytest

from graph_goldens.drift.edits.order_edits import spell_crossing
from graph_goldens.drift.matching.conflicts import Crossing
from graph_goldens.drift.matching.node_accesses import GENERATOR, MODE, STORAGE, Resource
from graph_goldens.graphs.node_table import Node, Table
from tests.drift.building import drifted, given, graph, record
from tests.drift.labelled.tables import call

X, GRAD, CPU = Resource(STORAGE, "%x"), Resource(MODE, "grad"), Resource(GENERATOR, "cpu")
SIN, RELU = call("s", "aten.sin.default", "%x"), call("w", "aten.relu_.default", "%x")
COS = call("c", "aten.cos.default", "%x")


@pytest.mark.parametrize(
    ("crossing", "sentence"),
    [
        (Crossing("s", "w", X, writes=False, after=True), "`s` reads `x` after `w` wrote it"),
        (Crossing("s", "w", X, writes=False, after=False), "`s` reads `x` before `w` writes it"),
        (Crossing("a", "b", X, writes=True, after=True), "`a` and `b` write `x` in another order"),
        (Crossing("a", "", X, writes=True, after=False), "`a` and others write `x` in another order"),
        (
            Crossing("a", "b", CPU, writes=True, after=True),
            "`a` and `b` draw random numbers from cpu in another order",
        ),
        (Crossing("s", "m", GRAD, writes=False, after=True), "`s` runs after `m` set grad"),
        (Crossing("s", "m", GRAD, writes=False, after=False), "`s` runs before `m` sets grad"),
    ],
)
def test_a_crossing_is_a_sentence(crossing: Crossing, sentence: str) -> None:
    assert spell_crossing(crossing) == sentence


def tell(*orders: tuple[Node, ...], effects: str) -> list[str]:
    old, new = (build(*nodes) for nodes in orders)
    return drifted(record(old, effects=effects), record(new, effects=effects))


def build(*nodes: Node) -> Table:
    return graph(*given("x"), *nodes, returns=tuple(f"%{name}" for name in sorted(n.name for n in nodes)))


def test_a_read_that_crossed_a_write_is_an_edit_of_operators() -> None:
    told = tell((SIN, RELU), (RELU, SIN), effects="%w: writes %x; shares %x")
    assert told == ["operators: `s` reads `x` after `w` wrote it"]


def test_a_free_move_is_told_by_its_places() -> None:
    told = tell((SIN, COS), (COS, SIN), effects="%c: asserts")
    assert len(told) == 1
    assert told[0].startswith("reordered: ")
    assert " stood after `%" in told[0]
    assert ", stands after `%" in told[0]
