"""Records that were accepted: their text, where they lie, and which one holds for a version."""

from harness.goldens.lock import hold_update_lock
from harness.goldens.overlays import StoredGolden
from harness.goldens.parsing import parse
from harness.goldens.store import ChangeKind, GoldenChange, GoldenListing, Goldens, UnreadableGolden
from harness.goldens.text import Golden, GoldenError, render

__all__ = [
    "ChangeKind",
    "Golden",
    "GoldenChange",
    "GoldenError",
    "GoldenListing",
    "Goldens",
    "StoredGolden",
    "UnreadableGolden",
    "hold_update_lock",
    "parse",
    "render",
]
