from collections.abc import Sequence
from dataclasses import replace

from graph_goldens.drift.clusters import Cluster, find_clusters
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.records import Outcome, Record
from tests.drift.building import record
from tests.drift.change_groups import RESHAPE, SIN, VIEW, chained, failed
from tests.drift.labelled.tables import call

BROKEN, NEXT, LATER = "ValueError: no queue is there", "TypeError: wrong device told", "IndexError: gone"
UNSAFE = "aten._unsafe_view"
GRAPHS = record(chained(call("n", SIN, "%x")))


def drifted(old: Record, new: Record, case: str = "a", path: str = "export") -> Drift:
    sides = (replace(each, case=f"p/{case}", path=path) for each in (old, new))
    found = compare(*sides)
    assert found is not None
    return found


def viewed(target: str, case: str, path: str) -> Drift:
    old, new = (record(chained(call("v", each, "%x", [2]))) for each in (VIEW, target))
    return drifted(old, new, case, path)


def count(*drifts: Drift) -> int:
    return len(find_clusters(drifts))


def find_one(drifts: Sequence[Drift]) -> Cluster:
    (cluster,) = find_clusters(drifts)
    return cluster


def test_an_error_that_went_leads_where_another_came_in_its_case() -> None:
    went = drifted(failed(BROKEN), GRAPHS)
    other = drifted(failed(BROKEN), failed(NEXT), path="export-reloaded")
    cluster = find_one([other, went])
    assert (cluster.representative, cluster.paths) == (went, ("export-reloaded", "export"))
    assert [(each.drifts, each.leads, each.change) for each in cluster.also] == [(1, True, other.changes[0])]
    assert other.changes[0].is_among([cluster.fingerprint])


def test_an_error_that_came_leads_where_another_went_in_its_case() -> None:
    came, other = (
        drifted(GRAPHS, failed(NEXT)),
        drifted(failed(BROKEN), failed(NEXT), path="export-decomposed"),
    )
    assert find_one([other, came]).representative is came


def test_a_message_leads_in_other_cases_by_the_same_path_and_a_bare_type_does_not() -> None:
    for message, clusters in ((BROKEN, 1), ("ValueError", 2)):
        went = drifted(failed(message), GRAPHS)
        assert count(went, drifted(failed(message), failed(NEXT), "b")) == clusters
        assert count(went, drifted(failed(message), failed(NEXT), "b", "make-fx-real")) == 2


def test_errors_that_none_shows_alone_are_apart_by_what_went_and_what_came() -> None:
    assert count(drifted(failed(BROKEN), failed(NEXT)), drifted(failed(BROKEN), failed(LATER), "b")) == 2
    assert count(drifted(failed(BROKEN), failed(NEXT)), drifted(failed(LATER), failed(NEXT), "b")) == 2


def test_why_nothing_was_captured_is_the_error_of_another_path() -> None:
    nothing = Record("p/a", "export", Outcome.NOTHING_CAPTURED, "no queue is there (in forward)")
    raised = failed("Unsupported: no queue is there")
    assert count(drifted(nothing, GRAPHS), drifted(raised, GRAPHS, path="export-strict")) == 1


def test_an_operator_that_another_path_shows_otherwise_is_one_change_in_one_case() -> None:
    above = viewed(RESHAPE, "a", "export-pre-dispatch")
    assert find_one([viewed(UNSAFE, "a", "aot-inference"), above]).representative is above


def test_an_operator_that_came_in_another_case_or_by_the_same_path_is_another_change() -> None:
    above = viewed(RESHAPE, "a", "export-pre-dispatch")
    assert count(above, viewed(UNSAFE, "b", "aot-inference")) == 2
    assert count(above, viewed(UNSAFE, "b", "export-pre-dispatch")) == 2
