import pytest

from graph_goldens.drift.matching.node_equality import count_differing_arguments, pair_by_place
from graph_goldens.graphs.node_table import Table
from tests.drift.building import chain, graph
from tests.drift.building import given as inputs
from tests.drift.labelled.tables import call


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (chain("aten.sin.default"), chain("aten.sin.default", start="y"), True),
        (chain("aten.sin.default"), chain("aten.cos.default"), False),
        (chain("aten.sin.default"), chain("aten.sin.default", "aten.sin.default"), False),
        (graph(*inputs("x", "y"), returns=("%x",)), graph(*inputs("y", "x"), returns=("%y",)), False),
        (graph(*inputs("x"), returns=("%x",)), graph(*inputs("x"), returns=["%x"]), False),
        (graph(*inputs("x"), returns=("%x",)), graph(*inputs("x"), returns=(1,)), False),
        (graph(*inputs("x", default="1")), graph(*inputs("x")), False),
    ],
)
def test_only_names_may_differ_where_nodes_are_paired_by_their_places(
    old: Table, new: Table, found: bool
) -> None:
    assert (pair_by_place(old, new) is not None) is found


def test_paired_nodes_differ_in_as_many_arguments_as_say_something_else() -> None:
    def table(*args: object) -> Table:
        return graph(*inputs("x", "y"), call("n", "f", *args, dim=1))  # type: ignore[arg-type]

    def differing(old: Table, new: Table) -> int:
        return count_differing_arguments(old, new, {name: name for name in old.by_name})

    base = table("%x", [1, 2], 3)
    assert differing(base, base) == 0
    assert differing(base, table("%y", [1, 3], 4)) == 3
    assert differing(base, table("%x", [1, 2, 3], 3)) == 1
    assert differing(base, table("%x")) == 1
