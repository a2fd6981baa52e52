"""What differs between a record and its golden, of what class it is, and how it reads."""

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.clusters import Cluster, find_clusters
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Detail, Drift, Edit, TextDifference
from graph_goldens.drift.matching.alignment import Alignment, Row, RowChange, align, align_texts
from graph_goldens.drift.text.line_diff import DiffLine, LineKind, diff_lines

__all__ = [
    "Alignment",
    "Cluster",
    "Detail",
    "DiffLine",
    "Drift",
    "DriftClass",
    "Edit",
    "LineKind",
    "Row",
    "RowChange",
    "Severity",
    "TextDifference",
    "align",
    "align_texts",
    "compare",
    "diff_lines",
    "find_clusters",
]
