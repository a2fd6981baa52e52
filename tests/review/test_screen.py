"""The screen of a review: it fits any terminal, and keys move through it."""

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.drift.drift import Drift
from graph_goldens.records import Capture
from graph_goldens.review.screen import Looking, Screen, View, draw, move_view
from graph_goldens.runs.pending import PendingCluster, PendingRecord, find_pending_clusters
from tests.report.drifts import drift, graph, record


def pending(found: Drift) -> PendingRecord:
    return PendingRecord(
        torch="2.13.0+cpu",
        version=Version("2.13.0+cpu"),
        capture=Capture(found.record),
        file=Path("snapshots/x.md"),
        proved=True,
        golden=found.golden,
        drift=found,
    )


def cluster_of(*records: PendingRecord) -> PendingCluster:
    (cluster,) = find_pending_clusters(records)
    return cluster


def looking(view: View = View.DIFF, records: int = 3, edit: str = "add became sub") -> Looking:
    cluster = cluster_of(*(pending(drift(edit, case=f"p/{number}")) for number in range(records)))
    return Looking(cluster, 2, 14, view=view, programs={"p/0": "def program():\n    return 1\n"})


def text(screen: Screen) -> str:
    return "\n".join(line.plain for line in screen.lines)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (140, 40), (40, 12), (20, 8), (200, 10)])
@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("edit", ["add became sub", "a very long edit " * 40])
def test_a_screen_has_the_size_of_its_terminal(view: View, width: int, height: int, edit: str) -> None:
    screen = draw(looking(view, edit=edit), width, height)
    assert len(screen.lines) == height
    assert all(line.cell_len <= width for line in screen.lines)


def test_a_screen_says_where_it_is_what_changed_and_what_may_be_typed() -> None:
    drawn = text(draw(looking(), 80, 24))
    assert "2 of 14  operators · 3 goldens · " in drawn
    assert "golden 1 of 3  p/0 · export" in drawn
    assert "add became sub" in drawn
    assert "A accept all operators" in drawn


def test_each_view_shows_its_text() -> None:
    old, new = graph("torch.ops.aten.add.Tensor"), graph("torch.ops.aten.sub.Tensor")
    for view, part in (
        (View.OLD, old),
        (View.NEW, new),
        (View.PROGRAM, "    return 1"),
        (View.HELP, "skip it"),
    ):
        assert part.splitlines()[-1].strip() in text(draw(looking(view), 140, 50))
    assert "+ n0 = torch.ops.aten.sub.Tensor(x, 0)" in text(draw(looking(), 80, 24))


def test_a_program_that_was_not_found_is_said_so() -> None:
    assert "its source was not found" in text(draw(replace(looking(View.PROGRAM), golden=1), 80, 24))


def test_a_new_record_shows_what_it_holds() -> None:
    new = replace(pending(drift("x")), golden=None, drift=None)
    shown = replace(looking(), cluster=cluster_of(new))
    assert "program.graph: 4 lines" in text(draw(shown, 80, 24))
    assert "there is no golden yet" in text(draw(replace(shown, view=View.OLD), 80, 24))


def test_an_unproved_record_is_marked() -> None:
    unproved = cluster_of(replace(pending(drift("x")), proved=False))
    assert "not proved reproducible" in text(draw(replace(looking(), cluster=unproved), 80, 24))


def test_a_message_is_shown_until_the_next_key() -> None:
    told = replace(looking(), message="not accepted: no reason")
    screen = draw(told, 80, 24)
    assert "not accepted: no reason" in text(screen)
    assert move_view(told, "x", screen).message == ""


def test_keys_go_round_the_goldens() -> None:
    at, screen = looking(), draw(looking(), 80, 24)
    assert [move_view(at, key, screen).golden for key in ("right", "j", "left", "k")] == [1, 1, 2, 2]
    assert move_view(replace(at, golden=2), "right", screen).golden == 0


@pytest.mark.parametrize(
    ("key", "view"),
    [("o", View.OLD), ("n", View.NEW), ("p", View.PROGRAM), ("d", View.DIFF), ("?", View.HELP)],
)
def test_keys_choose_what_is_looked_at_from_its_top(key: str, view: View) -> None:
    at = replace(looking(View.DIFF), top=3)
    found = move_view(at, key, draw(at, 80, 24))
    assert (found.view, found.top) == (view, 0)


def test_help_goes_away_as_it_came() -> None:
    at = looking(View.HELP)
    assert move_view(at, "?", draw(at, 80, 24)).view is View.DIFF


def test_long_texts_are_paged_and_no_further_than_their_end() -> None:
    long = record(graph(*["torch.ops.aten.add.Tensor"] * 100))
    found = replace(drift("many"), record=long)
    at = replace(looking(View.NEW), cluster=cluster_of(pending(found)))
    screen = draw(at, 80, 24)
    assert f"lines 1-{screen.page} of " in text(screen)
    down = move_view(at, " ", screen)
    assert down.top == screen.page
    assert move_view(down, "b", screen).top == 0
    assert move_view(at, "b", screen).top == 0
    assert move_view(at, "down", screen).top == 1
    for _ in range(20):
        down = move_view(down, "page down", draw(down, 80, 24))
    end = draw(down, 80, 24)
    assert down.top == end.last
    assert text(end).count("\n```") == 1
