"""Graphs as tables of nodes: read from a graph string and printed back, without torch."""
