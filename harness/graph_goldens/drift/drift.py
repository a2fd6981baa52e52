"""A drift: the edits from a golden to a record, the changes that they are, and the texts that differ."""

import enum
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from graph_goldens.drift.classes import DriftClass, Severity, find_severest, find_worst
from graph_goldens.graphs.replays import Replay, find_gravest
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
class Judgement:
    """What a project says of an edit, instead of what its class says.

    Attributes:
        severity: whether it matters; None where it is ignored.
        rule: the name of the project's rule.
        because: why the project says so.
    """

    severity: Severity | None
    rule: str
    because: str

    @property
    def ignores(self) -> bool:
        """Whether the edit is not looked at."""
        return self.severity is None


@dataclass(frozen=True)
class Edit:
    """One change that a person can read.

    Attributes:
        kind: what class of change it is.
        where: what it changes: an artifact's name, a fact's as `facts.graphs`, a graph's, or `outcome`.
        sentence: the change in words, with `→` from the golden to the record.
        detail: what is finer than the class, where anything is.
        pattern: the change without names of nodes, graphs and cases: equal for one change in many goldens.
        nodes: the nodes that the edit itself takes away, adds or replaces, as `-name` of the golden's graph
            and `+name` of the record's; the graph is that of `where`.
        needs: nodes that explain the edit where another edit takes away, adds or replaces all of them.
        cause: the trace of the edit that this one only follows from; empty where it stands for itself.
        judgement: what the project says of it, where it does.
        name: what names the change where that shows under other classes too: a message of Dynamo's is an
            error of one tracing path and the reason of a graph break in another.
        parts: names of changes that the edit may be a form of, each of which others may show alone: an error
            went and another one came at once; another tracing path shows an operator's change otherwise.
    """

    kind: DriftClass
    where: str
    sentence: str
    detail: Detail | None = None
    pattern: str = ""
    nodes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    cause: str = ""
    judgement: Judgement | None = None
    name: str = ""
    parts: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """Whether it matters: by the project where that says so, else by its class."""
        return (self.judgement and self.judgement.severity) or self.kind.severity

    @property
    def trace(self) -> str:
        """The edit without names: its class and pattern, or its sentence where it has no pattern."""
        return self.name or f"{self.kind.value}: {self.pattern or self.sentence}"

    @property
    def change(self) -> str:
        """What names the change that the edit belongs to: its own trace, or that of its cause."""
        return self.cause or self.trace


@dataclass(frozen=True)
class Change:
    """What one upstream change does to a record: an edit, and all that only follows from it.

    Attributes:
        name: the change without names of nodes, graphs and cases; equal for one change in many goldens.
        edits: what it does here, each pattern once, what follows last; there is at least one.
    """

    name: str
    edits: tuple[Edit, ...]

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the change's name, by which a person accepts it."""
        return digest_change(self.name)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Names of changes that it may be a form of, each of which other drifts may show alone."""
        return tuple(dict.fromkeys(part for edit in self.own for part in edit.parts))

    @cached_property
    def fingerprints(self) -> frozenset[str]:
        """What a person may accept it by: its own fingerprint, and those of its parts."""
        return frozenset((self.fingerprint, *map(digest_change, self.parts)))

    def is_among(self, fingerprints: Collection[str]) -> bool:
        """Whether one of some fingerprints, such as those that were accepted, is one of its own."""
        return not self.fingerprints.isdisjoint(fingerprints)

    @property
    def own(self) -> tuple[Edit, ...]:
        """The edits that stand for themselves, before those that follow from them."""
        return tuple(edit for edit in self.edits if not edit.cause) or self.edits

    @property
    def kind(self) -> DriftClass:
        """The class of the worst edit that stands for itself."""
        return find_worst(edit.kind for edit in self.own)

    @property
    def detail(self) -> Detail | None:
        """What is finer than the class, where all of its edits share it."""
        details = {edit.detail for edit in self.edits}
        return details.pop() if len(details) == 1 else None

    @property
    def label(self) -> str:
        """The class and what is finer, in words: `operators (aliases only)`."""
        return _label(self.kind, self.detail)


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
        edits: every edit, the worst first.
        accepted: fingerprints of the changes that a person accepted already, while others are looked at.
        replays: what running its graphs showed, where somebody asked for that: evidence beside the class.
        ignored: the edits that a project's rules ignore; all edits where there is nothing else.
        known: fingerprints of the changes that a decision says are known in this record.
    """

    golden: Record
    record: Record
    edits: tuple[Edit, ...]
    accepted: frozenset[str] = frozenset()
    replays: tuple[Replay, ...] = field(default=(), compare=False)
    ignored: tuple[Edit, ...] = ()
    known: frozenset[str] = frozenset()

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
        """The class of the worst edit of those that decide its severity."""
        return find_worst(edit.kind for edit in self.edits if edit.severity is self.severity)

    @property
    def replay(self) -> Replay | None:
        """What running its graphs showed, where they differ most; None where none was run."""
        return find_gravest(self.replays)

    @cached_property
    def severity(self) -> Severity:
        """Whether the drift matters: whether one of its edits does."""
        return find_severest(edit.severity for edit in self.edits)

    @property
    def detail(self) -> Detail | None:
        """What is finer than the class, where it is true of all edits that matter."""
        details = {edit.detail for edit in self.edits if edit.severity is self.severity}
        return details.pop() if len(details) == 1 else None

    @property
    def label(self) -> str:
        """The class and what is finer, in words: `operators (aliases only)`."""
        return _label(self.kind, self.detail)

    @cached_property
    def telling(self) -> tuple[Edit, ...]:
        """The edits that matter, or all where none does: one for each pattern, the worst first.

        Where the outcome changed, all else follows from that.
        """
        matter = [edit for edit in self.edits if edit.severity is self.severity]
        if self.kind is DriftClass.OUTCOME:
            matter = [edit for edit in matter if edit.kind is self.kind]
        return tuple({edit.trace: edit for edit in reversed(matter)}.values())[::-1]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What upstream changes did to the record, as far as it matters; the worst first."""
        found: dict[str, list[Edit]] = {}
        for edit in self.telling:
            found.setdefault(edit.change, []).append(edit)
        changes = (
            Change(name, tuple(sorted(edits, key=lambda edit: bool(edit.cause))))
            for name, edits in found.items()
        )
        return tuple(sorted(changes, key=lambda change: (-change.kind.rank, change.name)))

    @cached_property
    def open_changes(self) -> tuple[Change, ...]:
        """The changes that nobody accepted yet; all of them where none is left to ask for."""
        left = tuple(each for each in self.changes if not each.is_among(self.accepted))
        return left or self.changes

    @cached_property
    def undecided_changes(self) -> tuple[Change, ...]:
        """The open changes that are not known either; all open ones where none is left to ask for."""
        left = tuple(each for each in self.open_changes if each.fingerprint not in self.known)
        return left or self.open_changes

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all changes, without names: equal for drifts that the same changes explain."""
        return _digest(sorted(change.name for change in self.changes))

    def find_change(self, fingerprint: str) -> Change:
        """Find the change that a fingerprint names, or that may be a form of it; there is one.

        Raises:
            StopIteration: no change is.
        """
        own = (each for each in self.changes if each.fingerprint == fingerprint)
        return next(own, None) or next(each for each in self.changes if each.is_among([fingerprint]))

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


def digest_change(name: str) -> str:
    """Digest the name of a change to the fingerprint by which a person accepts it."""
    return _digest([name])


def _label(kind: DriftClass, detail: Detail | None) -> str:
    return f"{kind.value} ({detail.value})" if detail else kind.value


def _digest(names: Iterable[str]) -> str:
    text = "\n".join(names).encode("utf-8", "surrogatepass")  # a record may hold lone surrogates
    return hashlib.sha256(text).hexdigest()[:_FINGERPRINT_LENGTH]
