"""A drift: the edits that lead from a golden to a record, and the texts that differ."""

from dataclasses import dataclass

from harness.drift.classes import DriftClass, Severity, worst


@dataclass(frozen=True)
class Edit:
    """One change that a person can read.

    Attributes:
        kind: what class of change it is.
        where: what it changes: an artifact's name, a fact's as `facts.graphs`, a graph's, or `outcome`.
        sentence: the change in words, with `→` from the golden to the record.
    """

    kind: DriftClass
    where: str
    sentence: str


@dataclass(frozen=True)
class TextDifference:
    """An artifact's text in the golden and in the record; None where there is no such artifact."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Drift:
    """How a record differs from its golden; there is at least one edit.

    Attributes:
        case: the case's full name.
        path: the tracing path's name.
        edits: every change, the worst first.
        texts: the artifacts that differ, in the record's order.
    """

    case: str
    path: str
    edits: tuple[Edit, ...]
    texts: tuple[TextDifference, ...] = ()

    @property
    def kind(self) -> DriftClass:
        """The class of the worst edit."""
        return worst(edit.kind for edit in self.edits)

    @property
    def severity(self) -> Severity:
        """Whether the drift matters."""
        return self.kind.severity
