"""Accepting is by change: a golden is written when each of its changes was accepted, and never half."""

from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.gate.project import Project, find_project
from graph_goldens.goldens.format import Golden
from graph_goldens.records import Record
from graph_goldens.review.decide import Decision, accept, accept_clusters, reject, restore
from graph_goldens.review.find_pending import Choice, find_pending
from graph_goldens.runs.pending import PendingCluster
from tests.end_to_end.drifted import ADD, SUB, VERSIONS, Drifted

MUL, DIV = "torch.ops.aten.mul.Tensor", "torch.ops.aten.div.Tensor"


def two(first: str, second: str) -> str:
    """The graph string of two operators that do not touch each other."""
    lines = ["graph():", "    %x : [num_users=2] = placeholder[target=x]"]
    for name, target in (("a", first), ("b", second)):
        lines.append(
            f"    %{name} : [num_users=1] = call_function[target={target}](args = (%x, 2), kwargs = {{}})"
        )
    return "\n".join([*lines, "    return (a, b)"])


class Changing(Drifted):
    """In `p/first` and `p/second` `add` became `sub`; in `p/second` and `p/third` `mul` became `div`."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        for case in ("first", "second", "third"):
            for version in VERSIONS:
                self.goldens.update(Version(version), Golden(self.record(case, two(ADD, MUL))))
        self.first = self.record("first", two(SUB, MUL))
        self.second = self.record("second", two(SUB, DIV))
        self.third = self.record("third", two(ADD, DIV))
        self.save([self.first, self.second, self.third])

    @property
    def project(self) -> Project:
        return find_project(self.example.root)

    @property
    def clusters(self) -> tuple[PendingCluster, ...]:
        return find_pending(self.project).clusters

    def find(self, case: str) -> PendingCluster:
        return next(each for each in self.clusters if f"p/{case}" in each.cases)

    def accept(self, cluster: PendingCluster, because: str) -> Decision:
        return accept_clusters(self.project, [cluster], because, silent)

    def is_written(self, record: Record) -> bool:
        return self.holds(record)


def silent(sentence: str) -> None:
    raise AssertionError(f"nothing else is at work: {sentence}")


@pytest.fixture
def changing(tmp_path: Path) -> Changing:
    return Changing(tmp_path)


def test_a_golden_waits_until_each_of_its_changes_was_accepted(changing: Changing) -> None:
    subtracts, divides = changing.find("first"), changing.find("third")
    decision = changing.accept(subtracts, "subtracts now")
    assert [each.record.key.case for each in decision.written] == ["p/first"]
    assert [each.key.case for each in decision.waiting] == ["p/second"]
    assert decision.left == (divides.fingerprint,)
    assert changing.is_written(changing.first)
    assert not changing.is_written(changing.second)
    left = changing.find("second")
    assert left.fingerprint == divides.fingerprint
    assert sorted(left.cases) == ["p/second", "p/third"]
    changing.accept(left, "divides now")
    assert changing.is_written(changing.second)
    assert changing.because("second") == "subtracts now; divides now"
    assert changing.because("third") == "divides now"
    assert not changing.clusters


def test_the_other_way_round_gives_the_same_goldens(changing: Changing) -> None:
    assert [w.key.case for w in changing.accept(changing.find("third"), "divides").waiting] == ["p/second"]
    changing.accept(changing.find("first"), "subtracts")
    records = (changing.first, changing.second, changing.third)
    assert all(map(changing.is_written, records))


def test_both_at_once_leave_nothing_waiting(changing: Changing) -> None:
    decision = accept_clusters(changing.project, changing.clusters, "as meant", silent)
    assert (len(decision.written), decision.waiting) == (3, ())


def test_a_change_accepted_of_another_golden_counts_no_more(changing: Changing) -> None:
    changing.accept(changing.find("first"), "subtracts")
    changing.goldens.update(Version(VERSIONS[1]), Golden(changing.record("second", two(MUL, MUL))))
    (record,) = next(each for each in changing.clusters if "p/second" in each.cases).records[-1:]
    assert all(not each.drift.accepted for c in changing.clusters for each in c.records if each.drift)
    assert record.open_changes


def test_rejecting_a_record_forgets_what_was_accepted_of_it(changing: Changing) -> None:
    changing.accept(changing.find("first"), "subtracts")
    name = changing.find("second").fingerprint
    reject(changing.project, Choice([name]), "", silent)
    restore(changing.project, [name], (), silent)
    (second,) = [e for c in changing.clusters for e in c.records if e.key.case == "p/second"]
    assert len(second.open_changes) == 2


def test_what_was_accepted_already_is_said_and_what_is_waited_for(changing: Changing) -> None:
    name = changing.find("first").fingerprint
    said = changing.run("accept", name, "--because", "subtracts", code=0).output
    assert "wrote 1 golden" in said
    assert "1 golden has other changes too and is not written yet" in said
    left = changing.find("third").fingerprint
    assert left in said
    again = changing.run("accept", name, "--because", "x", code=2).errors
    assert f"waits for {left}" in again


def test_a_program_reads_what_was_written_and_what_waits(changing: Changing) -> None:
    name = changing.find("first").fingerprint
    told = changing.run("accept", name, "--because", "subtracts", "--json", code=0).json
    assert [each["case"] for each in told["written"]] == ["p/first"]
    assert [each["case"] for each in told["waiting"]] == ["p/second"]
    assert told["waiting"][0]["waits_for"] == [changing.find("third").fingerprint]


def test_a_change_that_leads_no_cluster_is_accepted_by_its_name_too(changing: Changing) -> None:
    lead = changing.find("second")
    (second,) = [each for c in changing.clusters for each in c.records if each.key.case == "p/second"]
    (other,) = {c.fingerprint for c in second.open_changes} - {lead.fingerprint}
    decision = accept(changing.project, Choice([other]), "as meant", silent)
    assert [each.key.case for each in decision.waiting] == ["p/second"]
