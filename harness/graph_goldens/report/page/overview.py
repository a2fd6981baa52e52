"""What the page shows without its script: sections, their clusters, and the commands for each."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.clusters import Cluster
from graph_goldens.drift.evidence import describe_evidence
from graph_goldens.environments.upstream_commits import UpstreamCommit
from graph_goldens.report.cluster_text import Commands, describe_also
from graph_goldens.report.known_text import describe_decision, name_decision
from graph_goldens.report.model import DriftPlace, Report, Section, Spread, name_known_cluster
from graph_goldens.report.page.page_links import build_link, name_drift, name_sections
from graph_goldens.report.phrases import build_accept_command


@dataclass(frozen=True)
class GoldenLink:
    """A golden of a cluster, and where the page shows its drift."""

    case: str
    path: str
    href: str


@dataclass(frozen=True)
class ClusterView:
    """A cluster as it is shown.

    Attributes:
        cluster: the cluster.
        name: what a link to it ends in.
        goldens: the goldens that drifted so.
        evidence: what running the graphs of its drifts showed; empty where none was run.
        also_changed: what else changed in some of its drifts, a sentence for each change.
        clearest: the drift that says it most briefly.
        also: sections in which the same change is found, and where.
        show: the command that shows it; empty where none does.
        accept: the command that accepts it; empty where the goldens already hold it.
        known: the decisions by which it is known, a sentence each; none where it is new.
        upstream: the commits that it may come from, best first, where a clone of PyTorch was given.
    """

    cluster: Cluster
    name: str
    goldens: tuple[GoldenLink, ...]
    evidence: str
    also_changed: tuple[str, ...]
    clearest: str
    also: Mapping[str, str]
    show: str
    accept: str
    known: tuple[str, ...] = ()
    upstream: tuple[UpstreamCommit, ...] = ()


@dataclass(frozen=True)
class SectionView:
    """A section as it is shown; `name` is what a link to it ends in, `known` its known drifts."""

    section: Section
    name: str
    clusters: tuple[ClusterView, ...]
    known: tuple[ClusterView, ...] = ()

    @property
    def href(self) -> str:
        """The link to it."""
        return build_link(self.name)


def view_sections(report: Report) -> tuple[SectionView, ...]:
    """Build the views of the sections, in their order."""
    names = name_sections(report.sections)
    found = _find_sections(report.sections, names)
    return tuple(
        SectionView(
            section,
            f"section={name}",
            tuple(_view_clusters(section, name, found, _find_upstream(report, section))),
            tuple(_view_known(section, name)),
        )
        for section, name in zip(report.sections, names, strict=True)
    )


def _find_sections(sections: Sequence[Section], names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Find for each fingerprint the names of the sections that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for section, name in zip(sections, names, strict=True):
        for cluster in section.clusters:
            found[cluster.fingerprint] = (*found.get(cluster.fingerprint, ()), name)
    return found


def _find_upstream(report: Report, section: Section) -> Mapping[str, tuple[UpstreamCommit, ...]]:
    """Find the commits of the clusters for which they were looked for in a section's step."""
    return {
        name: tuple(report.upstream[name])
        for spread in report.spreads
        if (name := spread.cluster.fingerprint) in report.upstream
        and spread.representative.section is section
    }


def _view_clusters(
    section: Section,
    name: str,
    found: Mapping[str, tuple[str, ...]],
    upstream: Mapping[str, tuple[UpstreamCommit, ...]],
) -> Iterator[ClusterView]:
    for cluster in section.clusters:
        others = [each for each in found[cluster.fingerprint] if each != name]
        yield ClusterView(
            cluster=cluster,
            name=_name_cluster(name, cluster),
            goldens=tuple(GoldenLink(*key, build_link(name_drift(name, key))) for key in cluster.keys),
            evidence=describe_evidence(cluster.drifts),
            also_changed=tuple(describe_also(each, len(cluster.drifts)) for each in cluster.also),
            clearest=build_link(name_drift(name, cluster.representative.key)),
            also={each: build_link(_name_cluster(each, cluster)) for each in others},
            show=_build_show_command(section, cluster),
            accept=_build_accept_command(section, cluster),
            upstream=upstream.get(cluster.fingerprint, ()),
        )


def _view_known(section: Section, name: str) -> Iterator[ClusterView]:
    decisions = {id(item.drift): item.known for item in section.known}
    for cluster in section.known_clusters:
        known = dict.fromkeys(each for drift in cluster.drifts for each in decisions[id(drift)])
        yield ClusterView(
            cluster=cluster,
            name=f"cluster={name}/{name_known_cluster(cluster)}",
            goldens=tuple(GoldenLink(*key, build_link(name_drift(name, key))) for key in cluster.keys),
            evidence=describe_evidence(cluster.drifts),
            also_changed=tuple(describe_also(each, len(cluster.drifts)) for each in cluster.also),
            clearest=build_link(name_drift(name, cluster.representative.key)),
            also={},
            show=_build_show_command(section, cluster),
            accept="",
            known=tuple(f"{name_decision(each)}: {describe_decision(each)}" for each in known),
        )


def _name_cluster(section: str, cluster: Cluster) -> str:
    return f"cluster={section}/{cluster.fingerprint}"


def _build_show_command(section: Section, cluster: Cluster) -> str:
    if section.accept is not None:
        return Commands(section.accept).show(cluster.fingerprint)
    if not any(item.golden for item in section.items):
        return ""  # it stands between two runs, and no golden shows it
    case, path = cluster.representative.key
    versions = ["--from", section.before, "--to", section.after]
    return shlex.join(["goldens", "diff", case, "--path", path, *versions])


def _build_accept_command(section: Section, cluster: Cluster) -> str:
    items = {id(item.drift): item for item in section.items}
    places = tuple(DriftPlace(section, items[id(drift)]) for drift in cluster.drifts)
    return build_accept_command(Spread(cluster, places))


def build_legend(report: Report) -> Mapping[Severity, Mapping[DriftClass, int]]:
    """Count the drifts of each class, the worst first, by whether they matter to the project.

    A class of which there are none stands where its drifts would by themselves.
    """
    return {severity: dict(_count_classes(report, severity)) for severity in reversed(Severity)}


def _count_classes(report: Report, severity: Severity) -> Iterator[tuple[DriftClass, int]]:
    for kind in sorted(DriftClass, reverse=True):
        count = report.judged[severity].get(kind, 0)
        if count or (kind not in report.classes and kind.severity is severity):
            yield kind, count
