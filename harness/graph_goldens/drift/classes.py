"""The classes of drift, mildest first, and all that is said of each: one row a class."""

import enum
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


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
    WORDING = "wording"
    PROVENANCE = "provenance"
    GUARDS = "guards"
    VALUES = "values"
    OPERATORS = "operators"
    INTERFACE = "interface"
    CAPTURE = "capture"
    BEHAVIOUR = "behaviour"
    OUTCOME = "outcome"

    @property
    def severity(self) -> Severity:
        """Whether a drift of this class matters, where a project does not say otherwise."""
        return CLASS_ROWS[self].severity

    @property
    def rank(self) -> int:
        """The place in the order of classes; 0 is the mildest."""
        return _RANKS[self]

    def __lt__(self, other: object) -> bool:
        """Whether this class is milder than another."""
        return self.rank < other.rank if isinstance(other, DriftClass) else NotImplemented


@dataclass(frozen=True)
class ClassColours:
    """How a page colours a class's badge, in CSS; what is empty is that of the text around it.

    Attributes:
        fill: the colour of the ground.
        edge: the colour of the border.
        text: the colour of the letters.
        border: the border's style.
    """

    fill: str
    edge: str
    text: str
    border: str = "solid"


@dataclass(frozen=True)
class ClassRow:
    """What is said of a class.

    Attributes:
        severity: whether a drift of the class matters.
        meaning: what the class says, in words.
        code: two letters that stand for it in a table.
        colours: how a page colours it.
    """

    severity: Severity
    meaning: str
    code: str
    colours: ClassColours


_COSMETIC, _SEMANTIC = Severity
_QUIET = "var(--quiet)"

CLASS_ROWS: Mapping[DriftClass, ClassRow] = {
    DriftClass.SPELLING: ClassRow(
        _COSMETIC,
        "the text differs, the graph does not",
        "Sp",
        ClassColours("transparent", _QUIET, _QUIET, "dotted"),
    ),
    DriftClass.RENAMED: ClassRow(
        _COSMETIC,
        "equal after renaming nodes and symbols",
        "Rn",
        ClassColours("transparent", "var(--renamed)", "var(--edge)", "dashed"),
    ),
    DriftClass.REORDERED: ClassRow(
        _COSMETIC,
        "equal up to an order that no conflict forbids",
        "Ro",
        ClassColours("transparent", "light-dark(#0b6b66, #52cabf)", "var(--edge)", "dashed"),
    ),
    DriftClass.WORDING: ClassRow(
        _COSMETIC,
        "the same type and kind of error in other words",
        "Wo",
        ClassColours("transparent", "light-dark(#7a5c00, #cdb25c)", "var(--edge)", "dotted"),
    ),
    DriftClass.PROVENANCE: ClassRow(
        _COSMETIC,
        "nodes say that they come from elsewhere",
        "Pr",
        ClassColours("transparent", "light-dark(#5b4b8a, #b3a4e0)", "var(--edge)", "dotted"),
    ),
    DriftClass.GUARDS: ClassRow(
        _SEMANTIC,
        "guards alone",
        "Gu",
        ClassColours(
            "light-dark(#dff2fb, #12333f)", "light-dark(#1a6d8f, #6cc3e3)", "light-dark(#0f4d66, #b4e4f6)"
        ),
    ),
    DriftClass.VALUES: ClassRow(
        _SEMANTIC,
        "same operators, other dtype, shape, stride, device or constant",
        "Va",
        ClassColours(
            "light-dark(#fff3c4, #3a3110)", "light-dark(#a37a00, #d7b742)", "light-dark(#5f4700, #f3dd8b)"
        ),
    ),
    DriftClass.OPERATORS: ClassRow(
        _SEMANTIC,
        "nodes added, removed, retargeted, other arguments",
        "Op",
        ClassColours(
            "light-dark(#ffe6d1, #44280f)", "light-dark(#b35309, #f0a35e)", "light-dark(#7d3800, #ffcf9f)"
        ),
    ),
    DriftClass.INTERFACE: ClassRow(
        _SEMANTIC,
        "inputs by name and place, outputs, mutations, signature",
        "If",
        ClassColours(
            "light-dark(#ebe3fd, #302350)", "light-dark(#6b3fc0, #b899f7)", "light-dark(#4c2799, #d9c8ff)"
        ),
    ),
    DriftClass.CAPTURE: ClassRow(
        _SEMANTIC,
        "number of graphs, breaks, recompilations",
        "Ca",
        ClassColours(
            "light-dark(#fbdfee, #47203a)", "light-dark(#a32a71, #f29acb)", "light-dark(#7c1a54, #ffc4e3)"
        ),
    ),
    DriftClass.BEHAVIOUR: ClassRow(
        _SEMANTIC,
        "results differ from eager, facts changed",
        "Be",
        ClassColours("light-dark(#cb2531, #f0625c)", "var(--fill)", "light-dark(#ffffff, #250304)"),
    ),
    DriftClass.OUTCOME: ClassRow(
        _SEMANTIC,
        "graphs became an error, another error, or the reverse",
        "Ou",
        ClassColours("light-dark(#8f1620, #ff9a91)", "var(--fill)", "light-dark(#ffffff, #330507)"),
    ),
}
"""All that is said of each class; the README's table, the pages' codes and colours are derived from it."""

_RANKS = {kind: rank for rank, kind in enumerate(DriftClass)}


def find_worst(classes: Iterable[DriftClass]) -> DriftClass:
    """Return the worst of some classes, of which there is at least one."""
    return max(classes)


def find_severest(severities: Iterable[Severity]) -> Severity:
    """Return semantic where one of some severities is."""
    return Severity.SEMANTIC if Severity.SEMANTIC in set(severities) else Severity.COSMETIC
