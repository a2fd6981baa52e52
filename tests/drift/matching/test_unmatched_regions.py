from dataclasses import replace

from graph_goldens.drift.matching.alignment import align
from graph_goldens.drift.matching.unmatched_regions import find_regions
from graph_goldens.graphs.node_table import Node, Table
from tests.drift.building import chain, given, graph
from tests.drift.labelled.tables import call


def regions(old: Table, new: Table) -> list[tuple[list[str], list[str]]]:
    return [
        ([node.name for node in region.removed], [node.name for node in region.added])
        for region in align(old, new).regions
    ]


def test_nodes_that_hang_together_are_one_region() -> None:
    old, new = chain("aten.sin.default"), chain("aten.sin.default", "aten.exp.default", "aten.log.default")
    assert regions(old, new) == [([], ["n1", "n2"])]
    assert regions(new, old) == [(["n1", "n2"], [])]


def test_nodes_apart_from_each_other_are_regions_of_their_own() -> None:
    x = given("x")[0]
    added = call("a", "aten.exp.default", "%x"), call("b", "aten.log.default", "%x")
    assert regions(graph(x), graph(x, *added)) == [([], ["a"]), ([], ["b"])]


def test_what_takes_the_place_of_something_at_a_user_replaced_it() -> None:
    old = chain("aten.linear.default", "aten.relu.default")
    new = chain("aten.t.default", "aten.addmm.default", "aten.relu.default")
    assert regions(old, new) == [(["n0"], ["n0", "n1"])]


def test_calls_that_nothing_uses_replace_each_other_where_they_are_given_the_same() -> None:
    def table(*targets: str) -> Table:
        return graph(*given("x", "y"), *(call(f"n{at}", target, "%x") for at, target in enumerate(targets)))

    assert regions(table("lib.push"), table("lib.append")) == [(["n0"], ["n0"])]
    assert regions(table("lib.push"), table("lib.append", "lib.extend")) == [(["n0"], ["n0"]), ([], ["n1"])]


def test_an_operator_that_another_one_runs_now_is_one_replacement() -> None:
    def table(*nodes: Node) -> Table:
        return graph(*given("t", "q"), *nodes)

    alone = call("a", "higher_order.call_torchbind", "%q", "size")
    within = call("w", "higher_order.with_effects", "%t", "call_torchbind", "%q", "size")
    other = call("w", "higher_order.with_effects", "%t", "call_torchbind", "%q", "pop")
    assert regions(table(alone), table(within)) == [(["a"], ["w"])]
    assert regions(table(alone), table(other)) == [(["a"], []), ([], ["w"])]


def test_inputs_and_outputs_are_of_no_region() -> None:
    assert find_regions(graph(*given("x"), returns=("%x",)), graph(*given("y", "z")), {}) == ()


def test_a_call_counts_as_unused_where_nothing_uses_it_whatever_its_line_says() -> None:
    old, new = (graph(call("n", target)) for target in ("aten.view.default", "aten.reshape.default"))
    said = Table(tuple(replace(node, users=1) for node in old.nodes))
    assert regions(said, new) == [(["n"], ["n"])]
