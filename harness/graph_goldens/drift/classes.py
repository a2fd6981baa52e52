"""The classes of drift, mildest first, and whether each matters."""

import enum
import functools
from collections.abc import Iterable


class Severity(enum.Enum):
    """Whether a drift matters to those who build on the graphs."""

    COSMETIC = "cosmetic"
    SEMANTIC = "semantic"


@functools.total_ordering
class DriftClass(enum.Enum):
    """What a drift says about a graph; a later class is worse and compares as greater."""

    SPELLING = "spelling"
    RENAMED = "renamed"
    REORDERED = "reordered"
    VALUES = "values"
    OPERATORS = "operators"
    INTERFACE = "interface"
    CAPTURE = "capture"
    BEHAVIOUR = "behaviour"
    OUTCOME = "outcome"

    @property
    def severity(self) -> Severity:
        """Whether a drift of this class matters."""
        return Severity.COSMETIC if self <= DriftClass.REORDERED else Severity.SEMANTIC

    @property
    def rank(self) -> int:
        """The place in the order of classes; 0 is the mildest."""
        return _RANKS[self]

    def __lt__(self, other: object) -> bool:
        """Whether this class is milder than another."""
        return self.rank < other.rank if isinstance(other, DriftClass) else NotImplemented


_RANKS = {kind: rank for rank, kind in enumerate(DriftClass)}


def find_worst(classes: Iterable[DriftClass]) -> DriftClass:
    """Return the worst of some classes, of which there is at least one."""
    return max(classes)
