"""Different changes are never one cluster, and equal ones always are, in either direction and any order."""

import random
from dataclasses import replace

import pytest

from graph_goldens.drift.clusters import Cluster, find_clusters
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from tests.drift.change_groups import DIFFERENT, EQUAL, SIN, Group, enclosed


def named(group: Group) -> str:
    return group.name


def clusters_of(drifts: tuple[Drift, ...]) -> tuple[Cluster, ...]:
    """Put drifts of a case each under their changes, in an order of chance."""
    own = [
        replace(
            drift,
            golden=replace(drift.golden, case=f"p/{at}"),
            record=replace(drift.record, case=f"p/{at}"),
        )
        for at, drift in enumerate(drifts)
    ]
    return find_clusters(random.Random(len(own)).sample(own, len(own)))


def back(drift: Drift) -> Drift:
    found = compare(drift.record, drift.golden)
    assert found is not None
    return found


@pytest.mark.parametrize("group", DIFFERENT, ids=named)
def test_different_changes_are_clusters_of_their_own(group: Group) -> None:
    for drifts in (group.drifts, tuple(map(back, group.drifts))):
        assert len(clusters_of(drifts)) == len(drifts), told(drifts)


@pytest.mark.parametrize("group", EQUAL, ids=named)
def test_equal_changes_are_one_cluster(group: Group) -> None:
    for drifts in (group.drifts, tuple(map(back, group.drifts))):
        assert len(clusters_of(drifts)) == 1, told(drifts)


def test_a_change_that_leads_elsewhere_is_told_beside_the_one_that_leads() -> None:
    """What an unused input says besides another operator is neither lost nor a cluster of its own."""
    (group,) = [each for each in EQUAL if each.name.startswith("one operator")]
    (cluster,) = clusters_of(group.drifts)
    (also,) = cluster.also
    assert also.drifts == 1
    assert "- input" in also.change.name


def told(drifts: tuple[Drift, ...]) -> str:
    return "\n".join(" | ".join(change.name for change in drift.changes) for drift in drifts)


def test_what_went_beside_what_moved_into_a_graph_is_told_beside_it() -> None:
    (alone,) = enclosed(SIN).changes
    changes = enclosed(SIN, besides=True).changes
    assert [change.name == alone.name for change in changes].count(True) == 1
    assert any("aten.tanh" in change.name for change in changes)
