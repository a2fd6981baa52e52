"""Records that were accepted: their text, where they lie, and which one holds for a version."""

from graph_goldens.goldens.format import Golden, GoldenError, render
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.reader import parse
from graph_goldens.goldens.store import ChangeKind, GoldenChange, GoldenListing, Goldens, UnreadableGolden
from graph_goldens.goldens.update_lock import hold_update_lock

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
