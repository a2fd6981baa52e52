"""Clusters that were found a while ago are accepted only if they are still what they were."""

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project, find_project
from graph_goldens.goldens.format import Golden
from graph_goldens.records import Outcome, Record
from graph_goldens.review.decide import accept_clusters, reject_clusters
from graph_goldens.review.find_pending import Choice, find_pending, look_again
from graph_goldens.review.triage import TriageReason, triage
from graph_goldens.runs.pending import PendingCluster
from tests.end_to_end.drifted import ADD, Drifted, graph


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path)


def project_of(drifted: Drifted) -> Project:
    return find_project(drifted.example.root)


def clusters_of(drifted: Drifted) -> tuple[PendingCluster, ...]:
    return find_pending(project_of(drifted)).clusters


def silent(sentence: str) -> None:
    raise AssertionError(f"nothing else is at work: {sentence}")


def test_a_golden_that_changed_since_costs_the_whole_cluster(drifted: Drifted) -> None:
    operators, *_ = clusters_of(drifted)
    other = drifted.record("second", graph("torch.ops.aten.mul.Tensor"))
    drifted.goldens.update(Version("2.13.0"), Golden(other))
    before = drifted.example.goldens()
    with pytest.raises(UserError, match="is no longer pending for p/second by export: its golden changed"):
        accept_clusters(project_of(drifted), [operators], "why", silent)
    assert drifted.example.goldens() == before


def test_a_new_record_that_has_a_golden_by_now_is_no_longer_pending(drifted: Drifted) -> None:
    *_, new = clusters_of(drifted)
    accept_clusters(project_of(drifted), [new], "", silent)
    with pytest.raises(UserError, match="is no longer pending for p/fourth by export"):
        accept_clusters(project_of(drifted), [new], "", silent)


def test_one_cluster_that_cannot_be_accepted_keeps_the_others_from_it(drifted: Drifted) -> None:
    before = drifted.example.goldens()
    with pytest.raises(UserError, match="say why it is right"):
        accept_clusters(project_of(drifted), clusters_of(drifted), "", silent)
    assert drifted.example.goldens() == before


def test_looking_again_leaves_out_what_was_decided(drifted: Drifted) -> None:
    project = project_of(drifted)
    found = find_pending(project)
    operators, renamed, new = found.clusters
    accept_clusters(project, [operators], "why", silent)
    reject_clusters(project, [renamed], "", silent)
    again, anew = look_again(project, found), find_pending(project)
    assert [cluster.fingerprint for cluster in again.clusters] == [new.fingerprint]
    assert again.clusters == anew.clusters


def test_looking_again_counts_what_was_rejected_or_is_known_since(drifted: Drifted) -> None:
    project = project_of(drifted)
    found = find_pending(project)
    operators, renamed, _ = found.clusters
    triage(project, Choice((operators.fingerprint,)), TriageReason("reported"), silent)
    reject_clusters(project, [renamed], "", silent)
    again, anew = look_again(project, found), find_pending(project)
    assert (again.rejected, again.known) == (anew.rejected, anew.known)
    assert (len(again.rejected), len(again.known)) == (1, 2)


def save_errors(drifted: Drifted) -> dict[str, Record]:
    """Make one error go that two tracing paths gave; by one of them another comes."""
    alone = drifted.record("first", graph(ADD))
    failed = [
        replace(alone, path=path, outcome=Outcome.ERROR, artifacts=()) for path in ("aot-joint", "export")
    ]
    old = [replace(each, reason="ValueError: no queue is there") for each in failed]
    for each in old:
        drifted.goldens.update(Version("2.13.0"), Golden(each))
    new = [replace(failed[0], reason="TypeError: a queue is no tensor"), replace(alone, path="export")]
    drifted.save(new)
    return {each.path: each for each in new}


def test_one_decision_accepts_an_error_that_went_and_what_came_instead(drifted: Drifted) -> None:
    new = save_errors(drifted)
    (cluster,) = clusters_of(drifted)
    assert cluster.first.record == new["export"]
    decision = accept_clusters(project_of(drifted), [cluster], "why", silent)
    assert (len(decision.written), decision.waiting) == (2, ())
    assert all(drifted.holds(each) for each in new.values())


def test_each_record_is_known_by_what_it_shows_itself_and_by_nothing_broader(drifted: Drifted) -> None:
    new = save_errors(drifted)
    (cluster,) = clusters_of(drifted)
    reason = TriageReason("reported")
    written = triage(project_of(drifted), Choice((cluster.fingerprint,)), reason, silent)
    assert {each.records for each in written} == {(each.key,) for each in new.values()}
    assert clusters_of(drifted) == ()
    drifted.save([replace(new["aot-joint"], reason="IndexError: the queue is empty"), new["export"]])
    (left,) = clusters_of(drifted)
    assert [each.key.path for each in left.records] == ["aot-joint"]


def test_looking_again_sees_that_a_golden_changed(drifted: Drifted) -> None:
    found = find_pending(project_of(drifted))
    drifted.goldens.update(Version("2.13.0"), Golden(drifted.new[0]))
    operators, *_ = look_again(project_of(drifted), found).clusters
    assert [each.key for each in operators.records] == [("p/second", "export")]
