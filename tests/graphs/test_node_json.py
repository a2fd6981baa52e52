"""Graphs as short JSON texts."""

import pytest
from hypothesis import given, settings

from graph_goldens.graphs.graph_reader import read_graph
from graph_goldens.graphs.node_json import TypedTable, read_nodes, write_nodes
from graph_goldens.graphs.node_table import Table
from tests.graphs.test_pattern_matching import tables


@settings(max_examples=100, deadline=None)
@given(tables())
def test_a_graph_reads_back_as_it_was_written(table: Table) -> None:
    graph = TypedTable(table, {"n0": "float16"})
    assert read_nodes(write_nodes(graph)) == graph


def test_mappings_slices_and_odd_literals_read_back() -> None:
    text = (
        "graph():\n    %x : [num_users=1] = placeholder[target=x]\n"
        "    %f : [num_users=0] = call_function[target=a.f]"
        "(args = (%x, {k: [%x, =%]}, slice(None, x, 2)), kwargs = {a: %})"
    )
    table = read_graph(text)
    assert read_nodes(write_nodes(TypedTable(table, {}))).table == table


@pytest.mark.parametrize("text", ["", "[1]", '[["x"]]', '[["x", "y", "z", 3, "=", 1, ""]]'])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|Expecting|unpack"):
        read_nodes(text)
