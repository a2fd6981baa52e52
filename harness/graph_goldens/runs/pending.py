"""What waits for a person: records of saved runs that differ from their goldens, in clusters."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from packaging.version import Version

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.clusters import Cluster, find_clusters, join_clusters
from graph_goldens.drift.drift import Change, Drift
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Record

NEW = "new"
_FINGERPRINT_LENGTH = 10


@dataclass(frozen=True)
class PendingRecord:
    """A record that may become a golden.

    Attributes:
        torch: PyTorch's version, with its local part.
        version: the same, in order with others.
        capture: the record, as it was captured.
        file: where its golden lies, or would lie.
        proved: whether two fresh processes gave it alike.
        golden: what it is held against, None where there is no golden.
        drift: how it differs from its golden, None where there is none.
        because: why it was rejected, where it was and a reason was given.
        known: the decisions by which it, or some of its changes, are known.
    """

    torch: str
    version: Version
    capture: Capture
    file: Path
    proved: bool
    golden: Record | None = None
    drift: Drift | None = None
    because: str = ""
    known: tuple[KnownDrift, ...] = ()

    @property
    def record(self) -> Record:
        """The record."""
        return self.capture.record

    @property
    def key(self) -> Key:
        """Case and tracing path."""
        return self.record.key

    @property
    def fingerprint(self) -> str:
        """What names how it differs: its drift's name, or one for all new records of a case."""
        if self.drift:
            return self.drift.fingerprint
        return hashlib.sha256(f"{NEW}\0{self.record.case}".encode()).hexdigest()[:_FINGERPRINT_LENGTH]

    @property
    def open_changes(self) -> tuple[Change, ...]:
        """The changes that nobody accepted yet; none where it is new."""
        return self.drift.open_changes if self.drift else ()

    def is_complete_with(self, accepted: Iterable[str]) -> bool:
        """Tell whether it may be written once some changes, named by their fingerprints, are accepted too."""
        names = set(accepted)
        return all(change.is_among(names) for change in self.open_changes)


@dataclass(frozen=True)
class PendingCluster:
    """Records that wait for one decision: one change leads their drifts, or they are the first of a case.

    Attributes:
        fingerprint: what names the leading change, and so the cluster.
        records: the records, oldest version first; there is at least one.
        sharing: records of other clusters that have the leading change too: accepting it counts there.
    """

    fingerprint: str
    records: tuple[PendingRecord, ...]
    sharing: tuple[PendingRecord, ...] = ()

    @cached_property
    def drifts(self) -> Cluster | None:
        """How they drifted; None where they are new."""
        drifts = tuple(each.drift for each in self.records if each.drift)
        return Cluster(self.fingerprint, drifts) if drifts else None

    @property
    def kind(self) -> DriftClass | None:
        """The class of its leading change; None where its records are new."""
        return self.drifts.kind if self.drifts else None

    @property
    def class_name(self) -> str:
        """The class in a word, as a command takes it: `operators`, or `new`."""
        return self.kind.value if self.kind else NEW

    @property
    def label(self) -> str:
        """The class and what is finer, in words."""
        return self.drifts.label if self.drifts else NEW

    @property
    def needs_reason(self) -> bool:
        """Whether it is accepted only with a reason."""
        return self.drifts is not None and self.drifts.severity is Severity.SEMANTIC

    @property
    def proved(self) -> bool:
        """Whether all of its records are known to be reproducible."""
        return all(each.proved for each in self.records)

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases that it is of, each once."""
        return tuple(dict.fromkeys(each.record.case for each in self.records))

    @property
    def paths(self) -> tuple[str, ...]:
        """The tracing paths in which it shows, each once."""
        own = tuple(dict.fromkeys(each.key.path for each in self.records))
        return self.drifts.paths if self.drifts else own

    @property
    def versions(self) -> tuple[str, ...]:
        """The PyTorch versions that it is pending for, oldest first."""
        return tuple(dict.fromkeys(each.torch for each in self.records))

    @property
    def words(self) -> str:
        """All that a filter may ask for."""
        return " ".join((self.fingerprint, self.label, *self.cases, *self.paths, *self.versions))

    @property
    def first(self) -> PendingRecord:
        """The record that says best what it is about."""
        shown = self.drifts.representative if self.drifts else None
        return next(each for each in self.records if each.drift is shown)


@dataclass(frozen=True)
class Pending:
    """What saved runs offer, held against the goldens as they are now.

    Attributes:
        runs: the PyTorch versions of the runs that were looked at, oldest first.
        offered: what waits for a decision.
        rejected: what was rejected, and is so still, on this machine.
        known: what is known: checks of everybody pass over it.
        outdated: records of cases that were edited since they were captured.
        unsound: how many records can never be accepted: they break a claim, are not reproducible, were not
            captured, or their golden cannot be read.
    """

    runs: tuple[str, ...]
    offered: tuple[PendingRecord, ...] = ()
    rejected: tuple[PendingRecord, ...] = ()
    known: tuple[PendingRecord, ...] = ()
    outdated: tuple[PendingRecord, ...] = ()
    unsound: int = 0

    @property
    def empty(self) -> bool:
        """Whether every record of the runs is the same as its golden."""
        return not (self.offered or self.rejected or self.known or self.outdated or self.unsound)

    @cached_property
    def clusters(self) -> tuple[PendingCluster, ...]:
        """What waits for a decision: the worst class first, then the largest cluster; what is new last."""
        return find_pending_clusters(self.offered)

    @cached_property
    def rejected_clusters(self) -> tuple[PendingCluster, ...]:
        """What was rejected."""
        return find_pending_clusters(self.rejected)

    @cached_property
    def known_clusters(self) -> tuple[PendingCluster, ...]:
        """What is known."""
        return find_pending_clusters(self.known)


def find_pending_clusters(records: Iterable[PendingRecord]) -> tuple[PendingCluster, ...]:
    """Put records under the changes that lead in each run, as reports show them; what is new comes last."""
    every = list(records)
    owners = {id(each.drift): each for each in every if each.drift}
    of_change = _group_by_change(owners.values())
    drifted = [
        _build_cluster(cluster, owners, of_change) for cluster in join_clusters(_find_clusters_by_run(every))
    ]
    new: dict[str, list[PendingRecord]] = {}
    for each in every:
        if not each.drift:
            new.setdefault(each.fingerprint, []).append(each)
    return (*drifted, *(PendingCluster(name, tuple(found)) for name, found in new.items()))


def _find_clusters_by_run(records: Iterable[PendingRecord]) -> Iterable[Cluster]:
    runs: dict[str, list[Drift]] = {}
    for each in records:
        if each.drift:
            runs.setdefault(each.torch, []).append(each.drift)
    return (cluster for drifts in runs.values() for cluster in find_clusters(drifts))


def _group_by_change(records: Iterable[PendingRecord]) -> Mapping[str, Sequence[PendingRecord]]:
    found: dict[str, list[PendingRecord]] = {}
    for record in records:
        for change in record.open_changes:
            found.setdefault(change.fingerprint, []).append(record)
    return found


def _build_cluster(
    cluster: Cluster,
    owners: Mapping[int, PendingRecord],
    of_change: Mapping[str, Sequence[PendingRecord]],
) -> PendingCluster:
    own = {id(drift) for drift in cluster.drifts}
    others = (each for each in of_change[cluster.fingerprint] if id(each.drift) not in own)
    records = tuple(owners[id(drift)] for drift in cluster.drifts)
    return PendingCluster(cluster.fingerprint, records, tuple(others))
