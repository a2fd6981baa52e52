from graph_goldens.drift.matching.node_accesses import find_accesses, find_writers_before
from graph_goldens.drift.matching.node_digests import (
    digest_arguments,
    digest_computation,
    digest_literals,
    digest_use,
    spell_label,
)
from graph_goldens.graphs.node_table import Table
from tests.drift.building import chain, graph
from tests.drift.building import given as inputs
from tests.drift.labelled.tables import call


def labels(table: Table) -> dict[str, str]:
    return {node.name: spell_label(node) for node in table.nodes}


def writers_before(table: Table) -> dict[str, tuple[str, ...]]:
    return find_writers_before(table, find_accesses(table, {}, None), recorded=False)


def both(table: Table, *, ordered: bool = False) -> tuple[dict[str, int], dict[str, int]]:
    """Digest how a graph's nodes are computed and used, its inputs called by their places."""
    before = writers_before(table) if ordered else {}
    places = {node.name: str(at) for at, node in enumerate(table.placeholders)}
    up = digest_computation(table, before, labels(table), places)
    return up, digest_use(table, before, labels(table), digest_literals(table))


def test_digests_hold_no_names() -> None:
    old, new = (both(chain("aten.sin.default", "aten.cos.default", start=name)) for name in ("x", "input"))
    assert [list(digests.values()) for digests in old] == [list(digests.values()) for digests in new]


def test_nodes_are_computed_alike_and_used_otherwise() -> None:
    twins = call("a", "aten.sin.default", "%x"), call("b", "aten.sin.default", "%x")
    up, down = both(graph(*inputs("x"), *twins, call("c", "aten.sub.Tensor", "%a", "%b"), returns=("%c",)))
    assert up["a"] == up["b"]
    assert down["a"] != down["b"]


def test_a_symbol_and_a_node_s_name_in_a_text_are_no_part_of_an_argument() -> None:
    one, other, third = (
        call("n", "f", "%x", *args)
        for args in (("[s0]", "on node 'a'"), ("[s7]", "on node 'b'"), ("[u0]", "on node 'a'"))
    )
    assert digest_arguments(one, {}) == digest_arguments(other, {}) != digest_arguments(third, {})


def test_a_side_effect_is_another_one_where_another_stands_before_it() -> None:
    first, second = call("m", "aten.add_.Tensor", "%x", 1), call("n", "aten.mul_.Tensor", "%x", 1)
    tables = graph(*inputs("x"), first, second), graph(*inputs("x"), second, first)
    assert writers_before(tables[0]) == {"n": ("m",)}
    for ordered in (False, True):
        old, new = (both(table, ordered=ordered) for table in tables)
        assert (old[0]["n"] == new[0]["n"]) is not ordered
        assert (old[1]["m"] == new[1]["m"]) is not ordered


def test_an_operator_within_another_is_part_of_what_a_node_calls() -> None:
    push, pop = (call("n", "higher_order.call_torchbind", "%q", name) for name in ("push", "pop"))
    assert spell_label(push) != spell_label(pop)
    assert spell_label(call("n", "_operator.add")) == spell_label(call("n", "operator.add"))
