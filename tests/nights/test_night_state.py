import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.errors import UserError
from graph_goldens.nights.night import Night
from graph_goldens.nights.night_state import NIGHTS_KEPT, WEEKS_KEPT, NightState, Outbox, Told, choose_kept
from graph_goldens.runs.run import Run

BEGIN = datetime.datetime(2026, 10, 1, 3, 17, tzinfo=datetime.UTC)
RUN = Run({"torch": "2.16.0.dev20261001", "python": "3.11.7", "platform": "Linux-x86_64"})


def night(number: int, hours: int = 24) -> Night:
    looked = BEGIN + datetime.timedelta(hours=hours * number)
    return Night(number, f"2.16.0.dev{number}", "abc", "torch-x", looked, 0, (("p/a", "export", "0123"),))


@given(st.integers(0, 400), st.sampled_from([1, 6, 24, 100]), st.integers(1, 10_000), st.integers(0, 50_000))
def test_a_bounded_number_of_nights_stays_and_always_the_last_two(
    count: int, hours: int, size: int, most: int
) -> None:
    nights = [night(number, hours) for number in range(1, count + 1)]
    kept = choose_kept(nights, {each.number: size for each in nights}, most)
    assert len(kept) <= NIGHTS_KEPT + WEEKS_KEPT
    assert {each.number for each in nights[-2:]} <= kept
    assert len(kept) <= 2 or len(kept) * size <= most


def test_the_last_week_stays_whole_and_one_night_of_each_week_before() -> None:
    nights = [night(number) for number in range(1, 101)]
    kept = sorted(choose_kept(nights, {}))
    assert kept[-NIGHTS_KEPT:] == list(range(94, 101))
    weeks = [nights[number - 1].looked.isocalendar()[1] for number in kept[:-NIGHTS_KEPT]]
    assert len(weeks) == WEEKS_KEPT
    assert weeks == sorted(set(weeks))


def test_what_is_kept_reads_back(tmp_path: Path) -> None:
    state = NightState(tmp_path)
    assert (state.list_nights(), state.load_told(), state.load_outbox()) == ([], Told(), None)
    state.keep_run(night(1), RUN)
    assert state.list_nights() == []
    assert state.find_unfinished(1, "torch-x") == RUN
    assert state.find_unfinished(1, "torch-y") is None
    state.finish(night(1))
    assert state.list_nights() == [night(1)]
    told = Told(
        drifts=(("p/a", "export", "0123"),), decisions=(("over", "x"),), failure="no room", messages=3
    )
    state.save_told(told)
    state.save_outbox(Outbox({"id": "1"}, told))
    assert (state.load_told(), state.load_outbox()) == (told, Outbox({"id": "1"}, told))
    state.close_outbox(told)
    assert state.load_outbox() is None


def test_nights_that_are_not_needed_go(tmp_path: Path) -> None:
    state = NightState(tmp_path)
    for number in range(1, 30):
        state.keep_run(night(number), RUN)
        state.finish(night(number))
        state.thin_out()
    left = [each.number for each in state.list_nights()]
    assert left[-NIGHTS_KEPT:] == list(range(23, 30))
    assert len(list((tmp_path / "nights").iterdir())) == len(left) <= NIGHTS_KEPT + WEEKS_KEPT


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("told.json", NightState.load_told),
        ("outbox.json", NightState.load_outbox),
        ("nights/000001/night.json", NightState.list_nights),
    ],
)
def test_a_broken_file_is_told_in_one_sentence(
    tmp_path: Path, name: str, read: Callable[[NightState], object]
) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"drifts": 7, "number": "x"')
    with pytest.raises(UserError, match=r"does not hold .*; remove it to start anew"):
        read(NightState(tmp_path))
