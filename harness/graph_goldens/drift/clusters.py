"""Clusters: the drifts that share a fingerprint, which one upstream change explains."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.drift import Detail, Drift, Edit
from graph_goldens.keys import Key


@dataclass(frozen=True)
class Cluster:
    """Drifts that share a fingerprint; there is at least one.

    Attributes:
        drifts: the drifts, in the order in which they came.
    """

    drifts: tuple[Drift, ...]

    @property
    def representative(self) -> Drift:
        """The drift that says it in the fewest edits and the shortest texts."""
        return min(self.drifts, key=lambda drift: (len(drift.edits), _measure_size(drift)))

    @property
    def fingerprint(self) -> str:
        """What names the cluster."""
        return self.drifts[0].fingerprint

    @property
    def kind(self) -> DriftClass:
        """The class of its drifts."""
        return self.drifts[0].kind

    @property
    def severity(self) -> Severity:
        """Whether it matters."""
        return self.kind.severity

    @property
    def detail(self) -> Detail | None:
        """What is finer than the class, where anything is."""
        return self.representative.detail

    @property
    def label(self) -> str:
        """The class and what is finer, in words."""
        return self.representative.label

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits that matter, as its representative has them, one for each pattern, the worst first."""
        return self.representative.telling

    @property
    def keys(self) -> tuple[Key, ...]:
        """Case and tracing path of each of its drifts."""
        return tuple(drift.key for drift in self.drifts)


def find_clusters(drifts: Iterable[Drift]) -> tuple[Cluster, ...]:
    """Group drifts by fingerprint, the worst class first, then the largest cluster."""
    groups: dict[str, list[Drift]] = {}
    for drift in drifts:
        groups.setdefault(drift.fingerprint, []).append(drift)
    found = [Cluster(tuple(group)) for group in groups.values()]
    return tuple(
        sorted(found, key=lambda cluster: (-cluster.kind.rank, -len(cluster.drifts), cluster.fingerprint))
    )


def _measure_size(drift: Drift) -> int:
    return sum(len(text.old or "") + len(text.new or "") for text in drift.texts)
