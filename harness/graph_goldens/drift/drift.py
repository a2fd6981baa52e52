"""A drift: the edits that lead from a golden to a record, and the texts that differ."""

import enum
import hashlib
from dataclasses import dataclass
from functools import cached_property

from graph_goldens.drift.classes import DriftClass, Severity, find_worst
from graph_goldens.keys import Key
from graph_goldens.records import Record

_FINGERPRINT_LENGTH = 10


class Detail(enum.Enum):
    """A distinction within a class: all that a change of operators does."""

    ASSERTIONS = "assertions only"
    ALIASES = "aliases only"
    LITERALS = "literals only"
    DECOMPOSITION = "decomposition"


@dataclass(frozen=True)
class Edit:
    """One change that a person can read.

    Attributes:
        kind: what class of change it is.
        where: what it changes: an artifact's name, a fact's as `facts.graphs`, a graph's, or `outcome`.
        sentence: the change in words, with `→` from the golden to the record.
        detail: what is finer than the class, where anything is.
        pattern: the change without names of nodes, graphs and cases: equal for one change in many goldens.
    """

    kind: DriftClass
    where: str
    sentence: str
    detail: Detail | None = None
    pattern: str = ""

    @property
    def trace(self) -> str:
        """What the edit leaves in a fingerprint."""
        return f"{self.kind.value}: {self.pattern or self.sentence}"


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
        golden: the golden's record.
        record: the record.
        edits: every change, the worst first.
    """

    golden: Record
    record: Record
    edits: tuple[Edit, ...]

    @property
    def case(self) -> str:
        """The case's full name."""
        return self.record.case

    @property
    def path(self) -> str:
        """The tracing path's name."""
        return self.record.path

    @property
    def key(self) -> Key:
        """The case's and the tracing path's names."""
        return self.record.key

    @cached_property
    def kind(self) -> DriftClass:
        """The class of the worst edit."""
        return find_worst(edit.kind for edit in self.edits)

    @property
    def severity(self) -> Severity:
        """Whether the drift matters."""
        return self.kind.severity

    @property
    def detail(self) -> Detail | None:
        """What is finer than the class, where it is true of all edits that matter."""
        details = {edit.detail for edit in self.edits if edit.kind.severity is self.severity}
        return details.pop() if len(details) == 1 else None

    @property
    def label(self) -> str:
        """The class and what is finer, in words: `operators (aliases only)`."""
        return f"{self.kind.value} ({self.detail.value})" if self.detail else self.kind.value

    @cached_property
    def telling(self) -> tuple[Edit, ...]:
        """The edits that matter, or all where none does: one for each pattern, the worst first.

        Where the outcome changed, all else follows from that.
        """
        matter = [edit for edit in self.edits if edit.kind.severity is self.severity]
        if self.kind is DriftClass.OUTCOME:
            matter = [edit for edit in matter if edit.kind is self.kind]
        return tuple({edit.trace: edit for edit in reversed(matter)}.values())[::-1]

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the edits that matter, without names: equal for one upstream change."""
        traces = sorted(edit.trace for edit in self.telling)
        text = "\n".join(traces).encode("utf-8", "surrogatepass")  # a record may hold lone surrogates
        return hashlib.sha256(text).hexdigest()[:_FINGERPRINT_LENGTH]

    @cached_property
    def texts(self) -> tuple[TextDifference, ...]:
        """The artifacts that differ, in the record's order."""
        old = {artifact.name: artifact.text for artifact in self.golden.artifacts}
        new = {artifact.name: artifact.text for artifact in self.record.artifacts}
        names = [*new, *(name for name in old if name not in new)]
        return tuple(
            TextDifference(name, old.get(name), new.get(name))
            for name in names
            if old.get(name) != new.get(name)
        )
