"""What is to be captured, and why each record is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.worker_survey import Survey
from graph_goldens.words import format_count

MOST_NAMED = 3
"""So many records or files are named of those that one reason is given for."""


@dataclass(frozen=True)
class Plan:
    """What is to be captured, and what need not be.

    Attributes:
        survey: the cases, as a worker lists them.
        keys: what is wanted, in order.
        known: captures that are reused.
        reasons: why each other one must be made, in words.
    """

    survey: Survey
    keys: Sequence[Key]
    known: Mapping[Key, Capture] = field(default_factory=dict)
    reasons: Mapping[Key, str] = field(default_factory=dict)

    @property
    def missing(self) -> list[Key]:
        """What must be captured."""
        return [key for key in self.keys if key not in self.known]

    def explain(self) -> Iterator[str]:
        """Say what is reused and, for each reason, what is captured."""
        if self.known:
            known = format_count(len(self.known), "record")
            yield f"reused: {known}, as nothing that they depend on has changed"
        groups = Counter(self.reasons[key] for key in self.missing)
        for reason, count in groups.most_common():
            named = [" · ".join(key) for key in self.missing if self.reasons[key] == reason]
            shown = ", ".join(named[:MOST_NAMED]) + (", …" if count > MOST_NAMED else "")
            yield f"captured: {format_count(count, 'record')}: {reason} ({shown})"
