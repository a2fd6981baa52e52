"""Graphs as tables of nodes: read from a graph string and printed back, without torch."""

from graph_goldens.graphs.graph_reader import GraphError, read_graph
from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref, list_refs
from graph_goldens.graphs.node_table import Node, Table

__all__ = ["Argument", "GraphError", "Group", "Literal", "Node", "Ref", "Table", "list_refs", "read_graph"]
