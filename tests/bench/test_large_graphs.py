"""The large graphs that are measured differ as they say, and in nothing else."""

import pytest

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.compare import compare
from graph_goldens.graphs.graph_reader import read_graph
from tests.bench.large_graphs import CHANGES, make_chain, record_chain

NODES = 40
FOUND = {
    "all names shifted": DriftClass.RENAMED,
    "one operator changed": DriftClass.OPERATORS,
    "one node put in": DriftClass.OPERATORS,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_one_change_of_its_class(name: str) -> None:
    drift = compare(record_chain(make_chain(NODES)), record_chain(CHANGES[name](NODES)))
    assert drift is not None
    assert drift.kind is FOUND[name]
    assert len(drift.changes) == 1


def test_a_chain_has_the_nodes_that_were_asked_for() -> None:
    texts = {artifact.name: artifact.text for artifact in record_chain(make_chain(NODES)).artifacts}
    assert len(read_graph(texts["program.graph"]).nodes) == NODES + 2  # the input and the output
    assert texts["program.code"].count("torch.ops.aten") == NODES
