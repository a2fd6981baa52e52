"""Graphs as tables of nodes: read from a graph string and printed back, without torch.

Import from its modules: a command imports what it needs and no more.
"""

from importlib import import_module
from typing import Any

_PLACES = {
    "Argument": "graph_goldens.graphs.node_arguments",
    "GraphError": "graph_goldens.graphs.graph_reader",
    "Group": "graph_goldens.graphs.node_arguments",
    "Literal": "graph_goldens.graphs.node_arguments",
    "Node": "graph_goldens.graphs.node_table",
    "Ref": "graph_goldens.graphs.node_arguments",
    "Table": "graph_goldens.graphs.node_table",
    "list_refs": "graph_goldens.graphs.node_arguments",
    "read_graph": "graph_goldens.graphs.graph_reader",
}


def __getattr__(name: str) -> Any:
    """Find what older imports ask the package for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
