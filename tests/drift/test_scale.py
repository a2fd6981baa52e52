"""Drifts of graphs of 10,000 nodes: found, and said in a line or a few."""

from dataclasses import replace

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.compare import compare
from graph_goldens.graphs.node_arguments import Group, Ref
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.records import Record
from tests.drift.labelled.large import chain_of, mixed, numbered, record_of
from tests.drift.labelled.tables import call, chain, counted, insert, redirect, retarget

SIZE = 10_000
TABLE = chain_of(SIZE, numbered, mixed)
GOLDEN = record_of(TABLE)
MIDDLE = numbered(SIZE // 2)


def changed(table: Table) -> Record:
    return record_of(counted(table))


def test_every_name_shifted_by_one_is_renamed_in_one_line() -> None:
    drift = compare(GOLDEN, record_of(chain_of(SIZE, lambda number: numbered(number + 1), mixed)))
    assert drift is not None
    assert drift.kind is DriftClass.RENAMED
    assert len(drift.edits) == 1


def test_one_other_operator_in_the_middle_is_one_edit() -> None:
    drift = compare(GOLDEN, changed(retarget(MIDDLE, "torch.ops.aten.tanh.default")(TABLE)))
    assert drift is not None
    assert drift.kind is DriftClass.OPERATORS
    assert len(drift.telling) == 1


def test_one_node_more_in_the_middle_and_all_names_shifted_is_one_edit_that_matters() -> None:
    grown = chain(insert(MIDDLE, call("new", "aten.tanh.default", f"%{MIDDLE}")), redirect(MIDDLE, "new"))(
        TABLE
    )
    drift = compare(GOLDEN, changed(_shifted(grown)))
    assert drift is not None
    assert drift.kind is DriftClass.OPERATORS
    assert len(drift.telling) == 1


def test_graphs_with_nothing_in_common_are_told_apart() -> None:
    drift = compare(GOLDEN, record_of(chain_of(SIZE, lambda number: f"m_{number}", lambda _: "tanh.default")))
    assert drift is not None
    assert drift.kind is DriftClass.OPERATORS


def _shifted(table: Table) -> Table:
    """Give each node the name of the next, as counting suffixes does."""
    names = {"x": "x"} | {node.name: numbered(place) for place, node in enumerate(table.nodes[1:-1], start=1)}

    def refs(args: object) -> Group:
        assert isinstance(args, Group)
        return Group(
            args.opening, tuple(Ref(names[item.name]) for item in args.items if isinstance(item, Ref))
        )

    return Table(
        tuple(
            Node("output", "output", "output", refs(node.args))
            if node.op == "output"
            else replace(node, name=names[node.name], args=refs(node.args))
            for node in table.nodes
        )
    )
