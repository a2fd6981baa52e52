"""Records that were accepted: their text, where they lie, and which one holds for a version."""

from harness.goldens.lock import update_lock
from harness.goldens.overlays import Stored
from harness.goldens.parsing import parse
from harness.goldens.store import Change, ChangeKind, Goldens, Listing, Unreadable
from harness.goldens.text import Golden, GoldenError, render

__all__ = [
    "Change",
    "ChangeKind",
    "Golden",
    "GoldenError",
    "Goldens",
    "Listing",
    "Stored",
    "Unreadable",
    "parse",
    "render",
    "update_lock",
]
