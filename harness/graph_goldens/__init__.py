"""Graph Goldens: golden-file regression of the graphs that PyTorch's tracing paths give."""

from importlib import import_module

__all__ = ["Call", "Case", "Claim", "Compare", "Fact", "Raises", "case"]


def __getattr__(name: str) -> object:
    """Find a public name where it is written, so that the package itself is imported at once."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("graph_goldens.cases.case"), name)
