"""What keeps captures for later runs while they come."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from graph_goldens.environments.worker_messages import CaseListing
from graph_goldens.errors import ToolError
from graph_goldens.file_marks import is_stat
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.capture_cache import Dependencies, Kept, Written


class Keeper:
    """Keeps captures as they come; warns once where it cannot, which only costs time later."""

    def __init__(
        self,
        kept: Kept,
        depending: Mapping[Key, Dependencies],
        listing: CaseListing,
        warn: Callable[[str], None],
    ) -> None:
        self._kept = kept
        self._depending = depending
        self._installed = {path: mark for path, mark in listing.reads.items() if is_stat(mark)}
        self._unnamed = listing.unnamed
        self._warn = warn
        self._written: Written = {}
        self._works = True

    def __call__(self, capture: Capture) -> None:
        """Keep one more capture, with all that was read for it and for the list of cases."""
        depends = self._depending.get(capture.record.key)
        if self._works and depends is not None:
            reads = {**self._installed, **capture.reads}
            whole = replace(capture, reads=reads, unnamed=(*self._unnamed, *capture.unnamed))
            self._works = try_or_warn(lambda: self._kept.add(whole, depends, self._written), self._warn)


def try_or_warn(action: Callable[[], None], warn: Callable[[str], None]) -> bool:
    """Do what only saves time later; where it fails, warn in one sentence and go on."""
    try:
        action()
    except ToolError as error:
        warn(f"{error}; going on without")
        return False
    return True
