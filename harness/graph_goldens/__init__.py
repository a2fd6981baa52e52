"""Graph Goldens: golden-file regression of the graphs that PyTorch's tracing paths give."""

from graph_goldens.cases.case import Call, Case, Claim, Compare, Fact, Raises, case

__all__ = ["Call", "Case", "Claim", "Compare", "Fact", "Raises", "case"]
