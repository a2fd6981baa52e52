"""Clusters: the drifts that one leading change explains, and what else changed in some of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph_goldens.drift.classes import DriftClass, Severity, find_severest
from graph_goldens.drift.drift import Change, Detail, Drift, Edit
from graph_goldens.drift.leading import choose_leads
from graph_goldens.keys import Key


@dataclass(frozen=True)
class AlsoChanged:
    """A change that some drifts of a cluster have besides the leading one.

    Attributes:
        change: the change, as the first drift that has it shows it.
        drifts: how many drifts of the cluster have it.
        leads: whether the leading change is part of it.
    """

    change: Change
    drifts: int
    leads: bool = False


@dataclass(frozen=True)
class Cluster:
    """Drifts that one leading change explains; there is at least one.

    Attributes:
        fingerprint: what names the leading change, and so the cluster.
        drifts: the drifts, in the order in which they came.
    """

    fingerprint: str
    drifts: tuple[Drift, ...]

    @cached_property
    def representative(self) -> Drift:
        """The drift that says it alone, in the fewest changes, the fewest edits and the shortest texts."""
        return min(self.drifts, key=lambda drift: (not self._shows_alone(drift), *_measure_size(drift)))

    def _shows_alone(self, drift: Drift) -> bool:
        """Whether a drift has the leading change itself, and not as part of another one."""
        return any(each.fingerprint == self.fingerprint for each in drift.changes)

    @cached_property
    def change(self) -> Change:
        """The leading change, as the representative shows it."""
        return self.representative.find_change(self.fingerprint)

    @cached_property
    def also(self) -> tuple[AlsoChanged, ...]:
        """What else changed in some of its drifts, what most of them have first."""
        others = [each for drift in self.drifts for each in _list_others(drift, self.fingerprint)]
        counts = Counter(each.fingerprint for each in others)
        first = {each.fingerprint: each for each in reversed(others)}
        found = [
            AlsoChanged(first[name], count, first[name].is_among([self.fingerprint]))
            for name, count in counts.items()
        ]
        return tuple(sorted(found, key=lambda each: (-each.drifts, -each.change.kind.rank, each.change.name)))

    @property
    def kind(self) -> DriftClass:
        """The class of the leading change."""
        return self.change.kind

    @property
    def worst(self) -> DriftClass:
        """The class of its worst drift, which is worse than its own where something else changed too."""
        return max(drift.kind for drift in self.drifts)

    @property
    def severity(self) -> Severity:
        """Whether it matters in any of its drifts."""
        return find_severest(drift.severity for drift in self.drifts)

    @property
    def detail(self) -> Detail | None:
        """What is finer than the class, where anything is."""
        return self.change.detail

    @property
    def label(self) -> str:
        """The class and what is finer, in words."""
        return self.change.label

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What the leading change does, as its representative has it, the worst first."""
        return self.change.edits

    @property
    def keys(self) -> tuple[Key, ...]:
        """Case and tracing path of each of its drifts."""
        return tuple(drift.key for drift in self.drifts)

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases that it is of, each once."""
        return tuple(dict.fromkeys(drift.case for drift in self.drifts))

    @property
    def paths(self) -> tuple[str, ...]:
        """The tracing paths in which it shows, each once, the one with most drifts first."""
        return tuple(path for path, _ in Counter(drift.path for drift in self.drifts).most_common())


def find_clusters(drifts: Iterable[Drift]) -> tuple[Cluster, ...]:
    """Put each drift of a run under the change that leads it.

    What matters comes first, then the worst class, then the largest.

    A cluster is named by its leading change, so its name depends neither on the order of drifts nor on what
    else drifted.
    """
    every = list(drifts)
    groups: dict[str, list[Drift]] = {}
    for drift, lead in zip(every, choose_leads(every), strict=True):
        groups.setdefault(lead, []).append(drift)
    return _sort_clusters(Cluster(name, tuple(group)) for name, group in groups.items())


def join_clusters(clusters: Iterable[Cluster]) -> tuple[Cluster, ...]:
    """Join clusters of several runs that the same change leads, in the order of `find_clusters`."""
    groups: dict[str, list[Drift]] = {}
    for cluster in clusters:
        groups.setdefault(cluster.fingerprint, []).extend(cluster.drifts)
    return _sort_clusters(Cluster(name, tuple(group)) for name, group in groups.items())


def _sort_clusters(clusters: Iterable[Cluster]) -> tuple[Cluster, ...]:
    def rank(cluster: Cluster) -> tuple[bool, int, int, int, str]:
        matters = cluster.severity is Severity.SEMANTIC
        return not matters, -cluster.worst.rank, -cluster.kind.rank, -len(cluster.drifts), cluster.fingerprint

    return tuple(sorted(clusters, key=rank))


def _list_others(drift: Drift, lead: str) -> Iterator[Change]:
    return (each for each in drift.undecided_changes if each.fingerprint != lead)


def _measure_size(drift: Drift) -> tuple[int, int, int, Sequence[str]]:
    length = sum(len(text.old or "") + len(text.new or "") for text in drift.texts)
    return len(drift.open_changes), len(drift.edits), length, drift.key
