"""Graph Goldens: golden-file regression of the graphs that PyTorch's tracing paths give."""

from importlib import import_module

_MODULES = {
    "cases.case": ("Call", "Case", "Compare", "case"),
    "cases.claims": (
        "Claim",
        "Contains",
        "Count",
        "Delegated",
        "Fact",
        "Inputs",
        "Lacks",
        "NoBreaks",
        "Raises",
    ),
    "cases.own_paths": ("tracing_path",),
    "cases.text_rules": ("TextKind", "text_rule"),
    "capture.tracing.backend_paths": ("backend_path",),
    "capture.tracing.exporting": ("Default",),
    "capture.tracing.tracing": ("Tracing",),
}
"""Where each public name is written; those of `capture` need PyTorch, as what a worker imports has it."""
_PLACES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [name for module, names in _MODULES.items() if module.startswith("cases.") for name in names]
"""What `import *` binds: what a module may use that is imported without PyTorch."""


def __getattr__(name: str) -> object:
    """Find a public name where it is written, so that the package itself is imported at once."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"graph_goldens.{_PLACES[name]}"), name)
