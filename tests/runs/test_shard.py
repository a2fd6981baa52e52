"""A whole is split the same on every machine, evenly, and with nothing lost or captured twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.errors import UserError
from graph_goldens.keys import Key
from graph_goldens.records import RecordError
from graph_goldens.runs.revision import Revision
from graph_goldens.runs.shard import SECONDS, Part, parse_part, read_shard, shard_to_json, split

REVISION = Revision("cases", "tool")
KEYS = [Key(f"p/case_{number}", path) for number in range(20) for path in SECONDS]
SECONDS_OF = st.dictionaries(st.sampled_from(KEYS), st.floats(0, 100), max_size=40)


@given(st.integers(1, 12), SECONDS_OF)
def test_every_capture_is_in_one_part(count: int, seconds: dict[Key, float]) -> None:
    parts = split(KEYS, count, seconds)
    assert len(parts) == count
    assert sorted(key for part in parts for key in part) == sorted(KEYS)


@given(st.permutations(KEYS[:30]), st.integers(1, 5))
def test_the_order_in_which_cases_are_listed_does_not_change_the_parts(keys: list[Key], count: int) -> None:
    assert split(keys, count, {}) == split(KEYS[:30], count, {})


@given(st.integers(1, 8), SECONDS_OF)
def test_parts_differ_by_no_more_than_the_longest_capture(count: int, seconds: dict[Key, float]) -> None:
    weights = {key: seconds.get(key, 0.0) for key in KEYS}
    loads = [sum(weights[key] for key in part) for part in split(KEYS, count, weights)]
    assert max(loads) - min(loads) <= max(weights.values()) + 1e-6


def test_measured_times_count_more_than_medians() -> None:
    slow, *others = [key for key in KEYS if key[1] == "symbolic-trace"]
    assert [slow] in split(KEYS, 2, {slow: 1000.0, **dict.fromkeys(others, 0.02)})


def test_a_capture_that_was_not_measured_takes_as_long_as_others_of_its_tracing_path() -> None:
    long, short = Key("p/a", "symbolic-trace"), Key("p/a", "export-decomposed")
    new = [Key("p/new", "symbolic-trace"), *(Key(f"p/{number}", "export-decomposed") for number in range(10))]
    assert [new[0]] in split(new, 2, {long: 50.0, short: 0.1})


def test_captures_of_an_unknown_tracing_path_are_split_by_number() -> None:
    keys = [Key("p/a", f"path-{number}") for number in range(10)]
    assert sorted(len(part) for part in split(keys, 3, {})) == [3, 3, 4]


def test_parts_keep_the_order_of_the_whole_and_say_where_they_stand_in_it() -> None:
    taken = [Part(number, 3).take(KEYS, complete=True, revision=REVISION) for number in (1, 2, 3)]
    for keys, shard in taken:
        assert keys == [KEYS[at] for at in shard.positions]
        assert (shard.total, shard.complete, shard.count) == (len(KEYS), True, 3)
    assert sorted(at for _, shard in taken for at in shard.positions) == list(range(len(KEYS)))
    assert len({shard.plan for _, shard in taken}) == 1


def test_another_split_has_another_plan() -> None:
    (_, one), (_, other) = (
        Part(1, 3, times).take(KEYS, complete=True, revision=REVISION) for times in ({}, {KEYS[0]: 9.0})
    )
    assert one.plan != other.plan


@pytest.mark.parametrize("text", ["", "3", "0/3", "4/3", "1/0", "-1/3", "1/3/4", "1/1001", "a/b", "１/３"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is not a shard; give one such as 3/8"):
        parse_part(text, {})


def test_a_shard_is_read_as_it_is_typed() -> None:
    assert parse_part("3/8", {}) == Part(3, 8)
    assert Part(3, 8).take(KEYS, complete=True, revision=REVISION)[1].title == "shard 3 of 8"


def test_a_shard_reads_back_as_it_was_written() -> None:
    keys, shard = Part(2, 3).take(KEYS, complete=False, revision=REVISION)
    assert read_shard(shard_to_json(shard), len(keys)) == shard


@pytest.mark.parametrize(
    "change",
    [
        {"number": 4},
        {"number": 0},
        {"count": 10**9},
        {"positions": [0, 0]},
        {"positions": [0, 99]},
        {"positions": [0, -1]},
        {"positions": [0]},
        {"positions": [0, True]},
        {"positions": [0, "1"]},
        {"total": "2"},
        {"plan": None},
        {"complete": 1},
        {"cases": None},
        {"tool": 1},
    ],
)
def test_a_shard_that_does_not_fit_its_captures_is_refused(change: dict[str, object]) -> None:
    sound = {
        "number": 1,
        "count": 3,
        "plan": "x",
        "positions": [0, 1],
        "total": 6,
        "complete": True,
        "cases": "1a",
        "tool": "2b",
    }
    assert read_shard(sound, 2).number == 1
    with pytest.raises(RecordError):
        read_shard({**sound, **change}, 2)
