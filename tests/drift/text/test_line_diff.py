import difflib
import random
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_goldens.drift.text.line_diff import (
    EXACT_CELLS,
    MOST_EDITS,
    DiffLine,
    LineKind,
    diff_lines,
    find_changed_blocks,
    find_common_lines,
)

line_lists = st.lists(st.sampled_from(["a", "b", "c", "d", "", " x", "e%x"]), max_size=14)


def shown(old: str | None, new: str | None, context: int = 3) -> list[str]:
    return [line.kind.value + line.text for line in diff_lines(old, new, context)]


@given(line_lists, line_lists)
def test_the_blocks_turn_the_old_lines_into_the_new_ones(old: list[str], new: list[str]) -> None:
    at, result = 0, []
    for block in find_changed_blocks(old, new):
        assert block.old_end - block.old_start == len(old[block.old_start : block.old_end])
        result += old[at : block.old_start] + new[block.new_start : block.new_end]
        at = block.old_end
    assert result + old[at:] == new
    assert bool(find_changed_blocks(old, new)) == (old != new)


@given(line_lists, line_lists, st.integers(0, 4))
def test_the_shown_lines_hold_every_change_with_its_context(
    old: list[str], new: list[str], context: int
) -> None:
    lines = diff_lines("\n".join(old), "\n".join(new), context)
    blocks = find_changed_blocks("\n".join(old).split("\n"), "\n".join(new).split("\n"))
    assert sum(line.kind is LineKind.REMOVED for line in lines) == sum(
        b.old_end - b.old_start for b in blocks
    )
    assert sum(line.kind is LineKind.ADDED for line in lines) == sum(b.new_end - b.new_start for b in blocks)
    assert all(line.text in old or line.text == "" for line in lines if line.kind is LineKind.CONTEXT)


@given(line_lists, line_lists)
def test_short_texts_show_no_more_than_they_must(old: list[str], new: list[str]) -> None:
    blocks = find_changed_blocks(old, new)
    touched = sum(b.old_end - b.old_start + b.new_end - b.new_start for b in blocks)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    least = len(old) + len(new) - 2 * sum(match.size for match in matcher.get_matching_blocks())
    # Anchors may cost a line against the best there is, as with every difference by anchors, but not much.
    assert touched <= least + 8


def test_a_change_is_shown_with_a_header_and_three_lines_around_it() -> None:
    old = [f"line {number}" for number in range(1, 21)]
    new = [*old[:9], "changed", *old[10:]]
    assert shown("\n".join(old), "\n".join(new)) == [
        "@@@ -7,7 +7,7 @@",
        " line 7",
        " line 8",
        " line 9",
        "-line 10",
        "+changed",
        " line 11",
        " line 12",
        " line 13",
    ]


def test_changes_far_apart_stand_under_headers_of_their_own_and_close_ones_under_one() -> None:
    old = [str(number) for number in range(30)]
    far = ["x", *old[1:20], "y", *old[21:]]
    near = ["x", *old[1:7], "y", *old[8:]]
    headers = [
        [line for line in shown("\n".join(old), "\n".join(new)) if line[0] == "@"] for new in (far, near)
    ]
    assert [len(found) for found in headers] == [2, 1]


def test_a_lost_line_end_and_a_missing_text_can_be_told_from_an_empty_one() -> None:
    assert shown("a\n", "a") == ["@@@ -1,2 +1,1 @@", " a", "-"]
    assert shown(None, "") == ["@@@ -0,0 +1,1 @@", "+"]
    assert shown(None, None) == shown("", "") == []
    assert diff_lines("a\r", "a") == (
        DiffLine(LineKind.HEADER, "@@ -1,1 +1,1 @@"),
        DiffLine(LineKind.REMOVED, "a\r"),
        DiffLine(LineKind.ADDED, "a"),
    )


COUNT = 20_000
LONG: dict[str, Callable[[int, random.Random], tuple[object, object]]] = {
    "every line changed": lambda at, _: (f"a{at}", f"b{at}"),
    "every name shifted": lambda at, _: (f"a{at}", f"a{at + 1}"),
    "one line in seven changed": lambda at, _: (at, at if at % 7 else "changed"),
    "few kinds of lines": lambda at, chance: (chance.randrange(3), chance.randrange(3)),
    "pairs of lines": lambda at, chance: (at // 2, (at + 1) // 2),
    "shuffled": lambda at, chance: (at, chance.randrange(COUNT)),
    "backwards": lambda at, _: (at, COUNT - at),
}


@pytest.mark.parametrize("kind", LONG)
def test_long_texts_are_compared_at_all(kind: str) -> None:
    """It ends: `difflib` takes minutes for some of these."""
    chance = random.Random(0)
    pairs = [LONG[kind](at, chance) for at in range(COUNT)]
    old, new = ("\n".join(str(pair[side]) for pair in pairs) for side in (0, 1))
    lines = diff_lines(old, new)
    assert {line.kind for line in lines} >= {LineKind.REMOVED, LineKind.ADDED}


def assert_rising_and_equal(pairs: list[tuple[int, int]], old: Sequence[str], new: Sequence[str]) -> None:
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))


@given(line_lists, line_lists)
def test_common_lines_are_equal_and_rise_on_both_sides(old: list[str], new: list[str]) -> None:
    assert_rising_and_equal(find_common_lines(old, new), old, new)


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_of_a_long_text_without_unique_lines_a_few_edits_lose_few_lines(
    chance: random.Random, edits: int
) -> None:
    old = [chance.choice("abc") for _ in range(EXACT_CELLS // 100)]
    new = list(old)
    for _ in range(edits):
        place = chance.randrange(len(new))
        new[place : place + chance.randrange(2)] = chance.choice(["", "a", "bc"])
    assert len(old) * len(new) > EXACT_CELLS
    pairs = find_common_lines(old, new)
    assert_rising_and_equal(pairs, old, new)
    assert len(pairs) >= len(old) - 2 * edits


def test_a_long_text_that_shares_too_little_is_replaced_as_a_whole() -> None:
    old = [str(at % 3) for at in range(3 * MOST_EDITS)]
    new = [str(at % 3 + 3) for at in range(3 * MOST_EDITS)]
    assert find_common_lines([*old, "end"], [*new, "end"]) == [(len(old), len(new))]
    assert len(find_changed_blocks(old, new)) == 1
