"""What was decided is taken back for its records alone, and only while nobody changed them since."""

from pathlib import Path

import pytest

from graph_goldens.errors import UserError
from graph_goldens.gate.project import find_project
from graph_goldens.keys import Key
from graph_goldens.review.decide import accept_clusters, reject_clusters
from graph_goldens.review.find_pending import find_pending
from graph_goldens.review.rejected import load_rejections
from graph_goldens.review.triage import TriageReason, triage_clusters
from graph_goldens.review.undo import read_state, take_back
from graph_goldens.runs.pending import PendingCluster
from tests.end_to_end.drifted import Drifted


def keys_of(cluster: PendingCluster) -> frozenset[Key]:
    return frozenset(record.key for record in (*cluster.records, *cluster.sharing))


def ignore(sentence: str) -> None:
    """Nobody waits here."""


def test_an_answer_is_taken_back_although_others_were_given_about_other_records(tmp_path: Path) -> None:
    drifted = Drifted(tmp_path)
    project = find_project(tmp_path)
    operators, renamed, new = find_pending(project).clusters
    before = drifted.example.goldens()
    known, rejected, accepted = (keys_of(each) for each in (operators, renamed, new))

    states = [read_state(project, keys) for keys in (known, rejected, accepted)]
    triage_clusters(project, [operators], find_pending(project), TriageReason("reported"), ignore)
    after_known = read_state(project, known)
    reject_clusters(project, [renamed], "", ignore)
    after_rejected = read_state(project, rejected)
    accept_clusters(project, [new], "", ignore)
    after_accepted = read_state(project, accepted)

    take_back(project, known, states[0], after_known, ignore)
    assert [cluster.fingerprint for cluster in find_pending(project).clusters] == [operators.fingerprint]
    assert len(load_rejections(tmp_path / ".goldens")) == 1
    take_back(project, rejected, states[1], after_rejected, ignore)
    assert load_rejections(tmp_path / ".goldens") == ()
    take_back(project, accepted, states[2], after_accepted, ignore)
    assert drifted.example.goldens() == before


def test_what_somebody_changed_since_is_not_taken_back(tmp_path: Path) -> None:
    drifted = Drifted(tmp_path)
    project = find_project(tmp_path)
    operators = find_pending(project).clusters[0]
    keys = keys_of(operators)
    before = read_state(project, keys)
    reject_clusters(project, [operators], "", ignore)
    after = read_state(project, keys)
    drifted.run("reject", "--undo", operators.fingerprint, code=0)
    drifted.run("accept", operators.fingerprint, "--because", "right", code=0)
    goldens = drifted.example.goldens()
    with pytest.raises(UserError, match="has changed since, by another command; nothing is taken back"):
        take_back(project, keys, before, after, ignore)
    assert drifted.example.goldens() == goldens
