"""Runs are joined to one, or it is said in a sentence why they do not belong together."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.errors import UserError
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.runs.merge import merge_runs
from graph_goldens.runs.revision import Revision
from graph_goldens.runs.run import Run
from graph_goldens.runs.shard import Part

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}
REVISION = Revision("cases", "tool")
KEYS = [Key(f"p/{name}", path) for name in "dbca" for path in ("export", "make-fx-real")]


def _captures(keys: list[Key]) -> dict[Key, Capture]:
    return {key: Capture(Record(*key, Outcome.GRAPHS), seconds=0.5) for key in keys}


WHOLE = Run(ENVIRONMENT, _captures(KEYS), complete=True, seconds=8.0)


def _shards(count: int, *, complete: bool = True) -> list[tuple[Path, Run]]:
    found = []
    for number in range(1, count + 1):
        keys, shard = Part(number, count).take(KEYS, complete=complete, revision=REVISION)
        found.append((Path(f"{number}.jsonl"), Run(ENVIRONMENT, _captures(keys), seconds=8.0, shard=shard)))
    return found


@given(st.integers(1, 10), st.randoms())
def test_all_shards_in_any_order_give_the_whole(count: int, random: Random) -> None:
    shards = _shards(count)
    random.shuffle(shards)
    joined = merge_runs(shards)
    assert joined == WHOLE
    assert list(joined.captures) == KEYS


def test_the_shards_of_a_selection_are_not_complete() -> None:
    assert not merge_runs(_shards(3, complete=False)).complete


def test_a_shard_given_twice_changes_nothing() -> None:
    shards = _shards(3)
    assert merge_runs([*shards, shards[1]]) == WHOLE


def test_missing_shards_are_named() -> None:
    shards = _shards(4)
    with pytest.raises(UserError, match=r"of 4 shards these are missing: 2, 4; .*--shard 2/4"):
        merge_runs([shards[0], shards[2]])


def test_shards_that_were_split_otherwise_are_refused() -> None:
    keys, shard = Part(2, 3, {key: 2.0**at for at, key in enumerate(KEYS)}).take(
        KEYS, complete=True, revision=REVISION
    )
    other = Run(ENVIRONMENT, _captures(keys), shard=shard)
    first, _, third = _shards(3)
    with pytest.raises(UserError, match=r"1.jsonl and x.jsonl were not split alike"):
        merge_runs([first, (Path("x.jsonl"), other), third])


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        (Revision("edited", "tool"), "of two revisions of the cases"),
        (Revision("cases", "edited"), "by two revisions of the tool"),
    ],
)
def test_shards_of_two_revisions_are_refused(revision: Revision, said: str) -> None:
    first, (file, second) = _shards(2)
    assert second.shard is not None
    other = replace(second, shard=replace(second.shard, revision=revision))
    with pytest.raises(UserError, match=f"1.jsonl and 2.jsonl were captured {said}"):
        merge_runs([first, (file, other)])


def test_a_shard_that_lies_about_its_positions_is_noticed() -> None:
    first, second = _shards(2)
    assert first[1].shard is not None
    assert second[1].shard is not None
    wrong = replace(second[1].shard, positions=first[1].shard.positions)
    with pytest.raises(UserError, match="hold less than the 8 records"):
        merge_runs([first, (second[0], replace(second[1], shard=wrong))])


def test_other_environments_are_refused_and_what_differs_is_named() -> None:
    first, second = _shards(2)
    other = replace(second[1], environment={**ENVIRONMENT, "python": "3.12.1", "\x1b": 1})
    with pytest.raises(UserError, match=r"1.jsonl and 2.jsonl .* differ in '\\x1b', python"):
        merge_runs([first, (second[0], other)])


def test_runs_that_contradict_each_other_are_refused() -> None:
    run = Run(ENVIRONMENT, _captures(KEYS[:2]))
    other = replace(run, captures={KEYS[0]: Capture(Record(*KEYS[0], Outcome.CRASH, "SIGSEGV"))})
    with pytest.raises(UserError, match=r"a.jsonl and b.jsonl say different things about p/d by export"):
        merge_runs([(Path("a.jsonl"), run), (Path("b.jsonl"), other)])


def test_overlapping_runs_that_agree_are_joined_and_times_do_not_matter() -> None:
    slower = {key: replace(capture, seconds=9.0, log="x") for key, capture in _captures(KEYS[1:3]).items()}
    joined = merge_runs(
        [
            (Path("a.jsonl"), Run(ENVIRONMENT, _captures(KEYS[:2]))),
            (Path("b.jsonl"), Run(ENVIRONMENT, slower)),
        ]
    )
    assert list(joined.captures) == KEYS[:3]
    assert not joined.complete


def test_a_shard_and_a_run_that_is_none_are_not_joined() -> None:
    with pytest.raises(UserError, match=r"b.jsonl is not a shard"):
        merge_runs([_shards(1)[0], (Path("b.jsonl"), WHOLE)])


def test_what_one_run_proved_unstable_is_not_proved() -> None:
    first = replace(Run(ENVIRONMENT, _captures(KEYS[:2])), proved=frozenset(KEYS[:2]))
    second = replace(Run(ENVIRONMENT, _captures(KEYS[:1])), unstable=frozenset(KEYS[:1]))
    joined = merge_runs([(Path("a"), first), (Path("b"), second)])
    assert (joined.proved, joined.unstable) == (frozenset(KEYS[1:2]), frozenset(KEYS[:1]))


def test_mistakes_that_shards_met_are_told_once_and_the_whole_is_then_not_complete() -> None:
    mistake = Mistake("p/bad.py", "ValueError: no", ("p/bad",))
    shards = [(file, replace(run, mistakes=(mistake,))) for file, run in _shards(3)]
    merged = merge_runs(shards)
    assert (merged.mistakes, merged.complete) == ((mistake,), False)
