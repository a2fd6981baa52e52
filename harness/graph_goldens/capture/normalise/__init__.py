"""Normalisation: what must go from a captured text so that only the graph is left of it."""
