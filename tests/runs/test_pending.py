"""What is pending is grouped as reports group it, and each group says what a person must know."""

from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.clusters import find_clusters
from graph_goldens.drift.drift import Drift, Edit
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.runs.pending import Pending, PendingRecord, find_pending_clusters


def pending(
    case: str, edit: str = "", kind: DriftClass = DriftClass.OPERATORS, torch: str = "2.13.0+cpu"
) -> PendingRecord:
    """A record that drifted by one edit, or that is new."""
    record = Record(case, "export", Outcome.GRAPHS)
    drift = Drift(record, record, (Edit(kind, "program.graph", edit, pattern=edit),)) if edit else None
    version = Version(torch)
    golden = record if edit else None
    return PendingRecord(torch, version, Capture(record), Path("x.md"), True, golden, drift)


def test_drifts_that_are_alike_are_one_cluster_whatever_their_version() -> None:
    records = [pending("p/a", "x"), pending("p/b", "y"), pending("p/a", "x", torch="2.14.1")]
    clusters = find_pending_clusters(records)
    assert [len(cluster.records) for cluster in clusters] == [2, 1]
    assert clusters[0].versions == ("2.13.0+cpu", "2.14.1")


def test_clusters_have_the_order_and_the_names_of_every_report() -> None:
    records = [
        pending("p/a", "x", DriftClass.RENAMED),
        pending("p/b", "y", DriftClass.OUTCOME),
        pending("p/c", "z"),
    ]
    names = [cluster.fingerprint for cluster in find_clusters(each.drift for each in records if each.drift)]
    found = find_pending_clusters([pending("p/new"), *records])
    assert [cluster.fingerprint for cluster in found[:3]] == names
    assert [cluster.class_name for cluster in found] == ["outcome", "operators", "renamed", "new"]


def test_what_is_new_is_one_cluster_for_each_case() -> None:
    records = [pending("p/a"), pending("p/b"), pending("p/a", torch="2.14.1")]
    clusters = find_pending_clusters(records)
    assert [len(cluster.records) for cluster in clusters] == [2, 1]
    assert {cluster.label for cluster in clusters} == {"new"}
    assert all(cluster.kind is None and not cluster.needs_reason for cluster in clusters)


def test_only_what_matters_needs_a_reason() -> None:
    def needs(kind: DriftClass) -> bool:
        return find_pending_clusters([pending("p/a", "x", kind)])[0].needs_reason

    assert {kind for kind in DriftClass if not needs(kind)} == {
        DriftClass.SPELLING,
        DriftClass.RENAMED,
        DriftClass.REORDERED,
        DriftClass.WORDING,
        DriftClass.PROVENANCE,
    }


def test_one_record_that_was_not_proved_makes_its_cluster_unproved() -> None:
    first, second = pending("p/a", "x"), pending("p/b", "x")
    assert find_pending_clusters([first, second])[0].proved
    assert not find_pending_clusters([first, replace(second, proved=False)])[0].proved


def test_what_was_rejected_is_grouped_apart() -> None:
    found = Pending(("2.13.0",), offered=(pending("p/a", "x"),), rejected=(pending("p/b", "x"),))
    assert [cluster.records[0].key[0] for cluster in found.clusters] == ["p/a"]
    assert [cluster.records[0].key[0] for cluster in found.rejected_clusters] == ["p/b"]
