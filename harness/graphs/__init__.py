"""Graphs as tables of nodes: read from a graph string and printed back, without torch."""

from harness.graphs.arguments import Argument, Group, Literal, Ref, list_refs
from harness.graphs.reading import GraphError, read_graph
from harness.graphs.table import Node, Table

__all__ = ["Argument", "GraphError", "Group", "Literal", "Node", "Ref", "Table", "list_refs", "read_graph"]
