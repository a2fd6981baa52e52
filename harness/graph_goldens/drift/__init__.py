"""What differs between a record and its golden, of what class it is, and how it reads.

Import from its modules: a command imports what it needs and no more.
"""

from importlib import import_module
from typing import Any

_PLACES = {
    "Alignment": "graph_goldens.drift.matching.alignment",
    "Cluster": "graph_goldens.drift.clusters",
    "Detail": "graph_goldens.drift.drift",
    "DiffLine": "graph_goldens.drift.text.line_diff",
    "Drift": "graph_goldens.drift.drift",
    "DriftClass": "graph_goldens.drift.classes",
    "Edit": "graph_goldens.drift.drift",
    "LineKind": "graph_goldens.drift.text.line_diff",
    "Row": "graph_goldens.drift.matching.alignment",
    "RowChange": "graph_goldens.drift.matching.alignment",
    "Severity": "graph_goldens.drift.classes",
    "TextDifference": "graph_goldens.drift.drift",
    "align": "graph_goldens.drift.matching.alignment",
    "align_texts": "graph_goldens.drift.matching.alignment",
    "compare": "graph_goldens.drift.compare",
    "diff_lines": "graph_goldens.drift.text.line_diff",
    "find_clusters": "graph_goldens.drift.clusters",
}


def __getattr__(name: str) -> Any:
    """Find what older imports ask the package for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
