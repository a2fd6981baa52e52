"""What stands in the place of a cache where what captures read lies on other machines: nothing is kept.

A kept capture counts only while every file that it read is as it was; those files cannot be looked at here.
"""

from collections.abc import Callable, Sequence

from graph_goldens.environments.worker_messages import CaseListing, Hello
from graph_goldens.gate.capture_plan import Plan
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.worker_survey import Survey

ELSEWHERE = "what it read lies on another machine"


class NothingKept:
    """Keeps nothing, and reuses nothing."""

    def recall_survey(self) -> None:
        """Recall nothing: a worker must say which cases there are."""

    def keep_survey(self, hello: Hello, listing: CaseListing, warn: Callable[[str], None]) -> Survey:
        """Return what a worker has just said."""
        return Survey(hello, listing)

    def plan(self, survey: Survey, keys: Sequence[Key], *, reuse: bool, warn: Callable[[str], None]) -> Plan:
        """Say that all must be captured."""
        return Plan(survey, keys, reasons=dict.fromkeys(keys, ELSEWHERE))

    def make_keeper(
        self, survey: Survey, keys: Sequence[Key], warn: Callable[[str], None]
    ) -> Callable[[Capture], None] | None:
        """Make nothing that keeps captures."""
        return None

    def close(self, warn: Callable[[str], None]) -> None:
        """There is nothing to close."""
