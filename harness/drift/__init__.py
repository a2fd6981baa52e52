"""What differs between a record and its golden, of what class it is, and how it reads."""

from harness.drift.alignment import Alignment, Row, RowChange, align, align_texts
from harness.drift.classes import DriftClass, Severity
from harness.drift.clusters import Cluster, find_clusters
from harness.drift.compare import compare
from harness.drift.drift import Detail, Drift, Edit, TextDifference
from harness.drift.lines import DiffLine, LineKind, diff_lines

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
