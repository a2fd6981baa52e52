"""Which nodes moved into an operator's graph that came, or out of one that went.

What stands in a region of `no_grad` or `autocast` is made a graph of its own: torch/_export/passes,
`replace_set_grad_with_hop_pass` and `replace_autocast_with_hop_pass`.
"""

from collections import Counter

from graph_goldens.drift.edits.consequences import name_nodes
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.matching.operators import is_projection, name_run_operator
from graph_goldens.graphs.node_table import Node, Table


def find_moved_nodes(alignment: Alignment, body: Table | None, name: str, *, came: bool) -> frozenset[str]:
    """Find the nodes of a graph that its operator's graph has now, or had, and those that run that graph.

    Args:
        alignment: the graph, aligned.
        body: the operator's graph; None where it cannot be read.
        name: its name as an attribute of the graph.
        came: whether it came; else it went.
    """
    outside, runs = (alignment.old, alignment.new) if came else (alignment.new, alignment.old)
    known = alignment.pairs if came else alignment.back
    signs = ("-", "+") if came else ("+", "-")
    held = Counter(name_run_operator(node) for node in body.nodes) if body else Counter[str]()
    fetched = {node.name for node in runs.nodes if node.op == "get_attr" and node.target == name}
    running = {node.name for node in runs.nodes if fetched.intersection(node.inputs)}
    taken = {node.name for node in runs.nodes if is_projection(node) and running.intersection(node.inputs)}
    moved = [node.name for node in outside.nodes if node.name not in known and _take(held, node)]
    return name_nodes(signs[0], moved) | name_nodes(signs[1], fetched | running | taken)


def _take(held: Counter[str], node: Node) -> bool:
    """Take a node out of what a graph holds, if it is there; items of tuples go with what gives them."""
    if node.op in ("placeholder", "output"):
        return False
    if is_projection(node):
        return True
    called = name_run_operator(node)
    held[called] -= 1
    return held[called] >= 0
