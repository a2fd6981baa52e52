"""Graph Goldens: golden-file regression of the graphs that PyTorch's tracing paths give."""

from harness.cases.case import Case, Claim, Compare, Fact, Raises, case

__all__ = ["Case", "Claim", "Compare", "Fact", "Raises", "case"]
