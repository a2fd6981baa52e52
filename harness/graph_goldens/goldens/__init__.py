"""Records that were accepted: their text, where they lie, and which one holds for a version.

Import from its modules: a command imports what it needs and no more.
"""

from importlib import import_module
from typing import Any

_PLACES = {
    "ChangeKind": "graph_goldens.goldens.store",
    "Golden": "graph_goldens.goldens.format",
    "GoldenChange": "graph_goldens.goldens.store",
    "GoldenError": "graph_goldens.goldens.format",
    "GoldenListing": "graph_goldens.goldens.store",
    "Goldens": "graph_goldens.goldens.store",
    "StoredGolden": "graph_goldens.goldens.overlays",
    "UnreadableGolden": "graph_goldens.goldens.store",
    "hold_update_lock": "graph_goldens.goldens.update_lock",
    "parse": "graph_goldens.goldens.reader",
    "render": "graph_goldens.goldens.format",
}


def __getattr__(name: str) -> Any:
    """Find what older imports ask the package for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
