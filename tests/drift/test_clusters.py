from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.clusters import find_clusters
from graph_goldens.drift.drift import Detail, Drift, Edit
from graph_goldens.records import Artifact, Outcome, Record


def drift(case: str, *edits: Edit, size: int = 0) -> Drift:
    golden = Record(f"p/{case}", "export", Outcome.GRAPHS)
    return Drift(golden, replace(golden, artifacts=(Artifact("g.code", "x" * size),)), edits)


VIEW = Edit(DriftClass.OPERATORS, "g.graph", "view → reshape at %v", Detail.DECOMPOSITION, "view → reshape")
NAMES = Edit(DriftClass.RENAMED, "g.graph", "%a → %b", pattern="names")
COUNT = Edit(DriftClass.CAPTURE, "graphs", "+ graph b")


def test_drifts_of_one_fingerprint_are_one_cluster_and_the_worst_come_first() -> None:
    drifts = [
        drift("a", NAMES),
        drift("b", VIEW),
        drift("c", NAMES),
        drift("d", COUNT),
        drift("e", VIEW, NAMES),
    ]
    clusters = find_clusters(drifts)
    assert [[key[0] for key in cluster.keys] for cluster in clusters] == [
        ["p/d"],
        ["p/b", "p/e"],
        ["p/a", "p/c"],
    ]
    assert [cluster.kind.value for cluster in clusters] == ["capture", "operators", "renamed"]


def test_of_one_class_the_largest_cluster_comes_first() -> None:
    other = replace(VIEW, pattern="other")
    clusters = find_clusters([drift("a", other), drift("b", VIEW), drift("c", VIEW)])
    assert [len(cluster.drifts) for cluster in clusters] == [2, 1]


def test_the_representative_has_the_fewest_edits_and_the_shortest_texts() -> None:
    drifts = [drift("a", VIEW, NAMES), drift("b", VIEW, size=9), drift("c", VIEW, size=2)]
    (cluster,) = find_clusters(drifts)
    assert cluster.representative is drifts[2]
    assert cluster.edits == (VIEW,)
    assert (cluster.label, cluster.detail) == ("operators (decomposition)", Detail.DECOMPOSITION)
    assert (cluster.severity, cluster.fingerprint) == (Severity.SEMANTIC, drifts[0].fingerprint)


def test_no_drifts_are_no_clusters() -> None:
    assert find_clusters([]) == ()


@given(st.permutations([drift("a", NAMES), drift("b", VIEW), drift("c", COUNT), drift("d", VIEW)]))
def test_clusters_do_not_depend_on_the_order_of_drifts(drifts: list[Drift]) -> None:
    found = [(cluster.fingerprint, sorted(cluster.keys)) for cluster in find_clusters(drifts)]
    ordered = sorted(drifts, key=lambda each: each.case)
    assert found == [(cluster.fingerprint, sorted(cluster.keys)) for cluster in find_clusters(ordered)]
