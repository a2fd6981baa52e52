"""What hears of the progress of captures."""

from typing import Protocol

from graph_goldens.records import Capture


class Watcher(Protocol):
    """What hears of the progress of captures, and of graphs that are run."""

    def note(self, text: str) -> None:
        """Hear what is being done now."""

    def begin(self, what: str, total: int) -> None:
        """Hear how many records are to come."""

    def advance(self, capture: Capture) -> None:
        """Hear of one more record."""
