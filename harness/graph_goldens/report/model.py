"""A report: what every surface shows of drifts, with the same classes, clusters and counts."""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.clusters import Cluster, find_clusters, join_clusters
from graph_goldens.drift.drift import Drift
from graph_goldens.environments.upstream_commits import UpstreamCommit
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.keys import Key
from graph_goldens.records import Record
from graph_goldens.report.let_through import LetThrough
from graph_goldens.runs.release_commits import SourceStep

Judged: TypeAlias = Mapping[Severity, Mapping[DriftClass, int]]


@dataclass(frozen=True)
class Item:
    """One drift in its place.

    Attributes:
        drift: the drift.
        golden: the golden's file, relative to the project; empty where it is not known.
        because: the reason that the newer golden gives, where there is one.
        line: the line of that file, from 1, at which the drift begins.
        known: the decisions by which it, or some of its changes, are known.
    """

    drift: Drift
    golden: str = ""
    because: str = ""
    line: int = 1
    known: tuple[KnownDrift, ...] = ()


class Gravity(enum.Enum):
    """How much something matters to whoever a report is for, the least first."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    FAULT = "fault"


class ProblemKind(enum.Enum):
    """What is wrong but not a drift, in the words in which it is reported."""

    MISSING = "no golden"
    BROKEN_CLAIM = "breaks a claim of its case"
    NOT_REPRODUCIBLE = "not reproducible"
    UNREADABLE = "unreadable golden"
    FAULT = "not captured"
    UNUSABLE = "cannot be used"
    UNUSED_GOLDEN = "unused golden"
    NEW_GOLDEN = "new golden"
    REMOVED_GOLDEN = "removed golden"
    ONLY_BEFORE = "gone"
    ONLY_AFTER = "new"
    NOT_COMPARED = "not compared"
    KNOWN_GONE = "known drift is gone"
    KNOWN_UNSTABLE = "known not to be reproducible"
    ENVIRONMENT_FAILED = "environment failed"


@dataclass(frozen=True)
class Problem:
    """What is wrong but not a drift: a missing or unused golden, a broken claim, a fault.

    Attributes:
        kind: what was found.
        case: the case's full name.
        path: the tracing path's name.
        sentence: what is wrong.
        golden: the golden's file, relative to the project, where there is one.
        gravity: how much it matters; a fault means that nothing is known of the record.
    """

    kind: ProblemKind
    case: str
    path: str
    sentence: str
    golden: str = ""
    gravity: Gravity = Gravity.ERROR

    @property
    def finding(self) -> str:
        """What was found, in words."""
        return self.kind.value


def name_known_cluster(cluster: Cluster) -> str:
    """Name a cluster of known drifts in its section, where new ones may be led by the same change."""
    return f"known-{cluster.fingerprint}"


@dataclass(frozen=True)
class Section:
    """What differs in one environment from the goldens, or in one version from the one before.

    Attributes:
        title: what is compared, in one line, such as `torch 2.13.0+cpu · Python 3.11.7 · Linux-x86_64`.
        before: short name of the old side: a version, or `golden`.
        after: short name of the new side: a version.
        items: the drifts.
        problems: what else is wrong.
        records: how many records there are in all.
        accept: options that accept drifts of this section, such as `--torch 2.15.0`; None where the
            goldens already hold them.
        same: the records that are as their goldens say, where that was looked at.
        source: the two builds' commits, where both are known.
        let_through: what counts otherwise, or not at all, by the project's own rules.
        flavours: in how many drifts another flavour of the same version gave what the goldens say.
        gates: whether its drifts fail a command although no golden is to hold them.
        known: the drifts that are known, which are not among the items.
        accepted: the records whose drift was accepted since the last release before.
        standing: what is to be said of decisions about known drift, a sentence each.
    """

    title: str
    before: str
    after: str
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()
    records: int = 0
    accept: str | None = None
    same: tuple[Key, ...] = ()
    source: SourceStep | None = None
    let_through: tuple[LetThrough, ...] = ()
    flavours: tuple[str, ...] = ()
    gates: bool = False
    known: tuple[Item, ...] = ()
    accepted: tuple[Key, ...] = ()
    standing: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know beside the counts, a sentence each."""
        return (*(each.sentence for each in self.let_through), *self.flavours, *self.standing)

    @property
    def buckets(self) -> Mapping[str, int]:
        """How many drifts are new, known and accepted; empty where the goldens already hold the new ones."""
        if self.accept is None:
            return {}
        return {"new": len(self.items), "known": len(self.known), "accepted": len(self.accepted)}

    @cached_property
    def known_clusters(self) -> tuple[Cluster, ...]:
        """The known drifts by the changes that lead them."""
        return find_clusters(item.drift for item in self.known)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """The drifts by the changes that lead them, the worst first."""
        return find_clusters(item.drift for item in self.items)

    @cached_property
    def cluster_names(self) -> Mapping[int, str]:
        """For each drift, by its identity, what names its cluster in the section: its fingerprint, or so."""
        found = {id(drift): each.fingerprint for each in self.clusters for drift in each.drifts}
        known = {id(drift): name_known_cluster(each) for each in self.known_clusters for drift in each.drifts}
        return {**found, **known}

    @cached_property
    def classes(self) -> Mapping[DriftClass, int]:
        """How many drifts there are of each class, the worst first."""
        counts = Counter(item.drift.kind for item in self.items)
        return {kind: counts[kind] for kind in sorted(counts, reverse=True)}

    @cached_property
    def judged(self) -> Judged:
        """How many drifts of each class matter by the project's policy, and how many do not."""
        return _count_judged(item.drift for item in self.items)

    @cached_property
    def severities(self) -> Mapping[Severity, int]:
        """How many drifts matter, and how many do not."""
        counts = Counter(item.drift.severity for item in self.items)
        return {severity: counts[severity] for severity in Severity}

    def judge_gravity(self, severity: Severity) -> Gravity:
        """Say how much a drift of this section matters: one that was accepted is worth a note."""
        if self.accept is None and not self.gates:
            return Gravity.NOTE
        return Gravity.ERROR if severity is Severity.SEMANTIC else Gravity.WARNING


def _count_judged(drifts: Iterable[Drift]) -> Judged:
    """Count drifts by severity and class, what matters and the worst class first."""
    counts = Counter((drift.severity, drift.kind) for drift in drifts)
    worst_first = sorted(DriftClass, reverse=True)
    return {
        severity: {kind: counts[severity, kind] for kind in worst_first if counts[severity, kind]}
        for severity in reversed(Severity)
    }


@dataclass(frozen=True)
class DriftPlace:
    """A drift, and the section that it stands in."""

    section: Section
    item: Item


@dataclass(frozen=True)
class Spread:
    """A cluster over all sections, so that what several versions have in common is reported once.

    Attributes:
        cluster: the cluster.
        places: where its drifts are, in the order of the sections.
    """

    cluster: Cluster
    places: tuple[DriftPlace, ...]

    @property
    def representative(self) -> DriftPlace:
        """The place of the drift that says it shortest."""
        shortest = self.cluster.representative
        return next(place for place in self.places if place.item.drift is shortest)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections that it stands in, each once."""
        return tuple({id(place.section): place.section for place in self.places}.values())


@dataclass(frozen=True)
class Cell:
    """What a case and tracing path give for one version.

    Attributes:
        letter: the letter of its record, as `goldens history` gives it; empty where there is none.
        outcome: the outcome's name; empty where there is none.
        kind: the class of its drift from the column before (or from its golden), None where it is the same.
        severity: whether that drift matters, None where there is none.
    """

    letter: str = ""
    outcome: str = ""
    kind: DriftClass | None = None
    severity: Severity | None = None


@dataclass(frozen=True)
class Matrix:
    """Cases by versions.

    Attributes:
        columns: the versions' names, oldest first.
        rows: for each case and tracing path a cell for each column.
    """

    columns: tuple[str, ...] = ()
    rows: Mapping[Key, Sequence[Cell]] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What is reported.

    Attributes:
        title: what the report is of.
        sections: for each environment or version what differs.
        matrix: cases by versions.
        records: the newest record of each case and tracing path, to look at where nothing differs; may be
            empty.
        programs: the source of each case's program, where it was found.
        upstream: commits of PyTorch that clusters may come from, by fingerprint, where a clone was given.
        flavours: which of the sections are two flavours of one version.
    """

    title: str
    sections: tuple[Section, ...]
    matrix: Matrix = Matrix()
    records: Mapping[Key, Record] = field(default_factory=dict)
    programs: Mapping[str, str] = field(default_factory=dict)
    upstream: Mapping[str, Sequence[UpstreamCommit]] = field(default_factory=dict)
    flavours: tuple[str, ...] = ()

    @cached_property
    def classes(self) -> Mapping[DriftClass, int]:
        """How many drifts there are of each class, over all sections, the worst first."""
        counts: Counter[DriftClass] = Counter()
        for section in self.sections:
            counts.update(section.classes)
        return {kind: counts[kind] for kind in sorted(counts, reverse=True)}

    @cached_property
    def judged(self) -> Judged:
        """How many drifts of each class matter, and how many do not, over all sections."""
        return _count_judged(item.drift for section in self.sections for item in section.items)

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """The clusters of all sections, those that the same change leads joined, the worst first."""
        places = {
            id(item.drift): DriftPlace(section, item) for section in self.sections for item in section.items
        }
        clusters = join_clusters(cluster for section in self.sections for cluster in section.clusters)
        return tuple(
            Spread(cluster, tuple(places[id(drift)] for drift in cluster.drifts)) for cluster in clusters
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know beside the counts, a sentence each, with its section if several.

        What counts otherwise by the project's own rules, what may be a flavour of PyTorch, and how decisions
        about known drift stand.
        """
        several = len(self.sections) > 1
        own = (
            f"{section.after}: {sentence}" if several else sentence
            for section in self.sections
            for sentence in section.remarks
        )
        return (*own, *self.flavours)

    @property
    def buckets(self) -> Mapping[str, int]:
        """How many drifts are new, known and accepted, over all sections; empty where none are so told."""
        counts: Counter[str] = Counter()
        for section in self.sections:
            counts.update(section.buckets)
        return dict(counts)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What else is wrong, over all sections."""
        return tuple(problem for section in self.sections for problem in section.problems)
