"""Graph Goldens: golden-file regression of the graphs that PyTorch's tracing paths give."""

from graph_goldens.cases.case import Case, Claim, Compare, Fact, Raises, case

__all__ = ["Case", "Claim", "Compare", "Fact", "Raises", "case"]
