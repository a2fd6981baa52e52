"""Graphs as tables of nodes: read from a graph string and printed back, without torch."""

from harness.graphs.arguments import Argument, Group, Literal, Ref, refs
from harness.graphs.reading import GraphError, read_graph
from harness.graphs.table import Node, Table

__all__ = ["Argument", "GraphError", "Group", "Literal", "Node", "Ref", "Table", "read_graph", "refs"]
