"""What differs between a record and its golden, of what class it is, and how it reads."""

from harness.drift.classes import DriftClass, Severity
from harness.drift.compare import compare
from harness.drift.drift import Drift, Edit, TextDifference
from harness.drift.lines import DiffLine, LineKind, unified_lines

__all__ = [
    "DiffLine",
    "Drift",
    "DriftClass",
    "Edit",
    "LineKind",
    "Severity",
    "TextDifference",
    "compare",
    "unified_lines",
]
