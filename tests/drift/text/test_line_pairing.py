from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.text.line_pairing import MOST_TRIES, drop_lines, pair_lines

lines = st.lists(st.sampled_from(["a1", "a2", "b1", "b2", ""]), max_size=8)


@given(lines, lines)
def test_lines_are_paired_once_and_only_with_what_says_the_same(old: list[str], new: list[str]) -> None:
    pairs = pair_lines(old, new, lambda line: line[:1], lambda one, other: one == other)
    assert all(left == right for left, right in pairs)
    gone, come = drop_lines(old, (pair[0] for pair in pairs)), drop_lines(new, (pair[1] for pair in pairs))
    assert not set(gone) & set(come)
    assert sorted([*gone, *(pair[0] for pair in pairs)]) == sorted(old)
    assert sorted([*come, *(pair[1] for pair in pairs)]) == sorted(new)


def test_the_first_line_that_says_the_same_is_taken() -> None:
    assert pair_lines(["x", "x"], ["X1", "X2"], lambda _: "", lambda _, __: True) == [
        ("x", "X1"),
        ("x", "X2"),
    ]


def test_no_more_lines_are_tried_than_takes_time_that_stays_linear() -> None:
    tried: list[str] = []

    def same(_: str, other: str) -> bool:
        tried.append(other)
        return False

    assert pair_lines(["x"] * 3, ["y"] * 1000, lambda _: "", same) == []
    assert len(tried) == 3 * MOST_TRIES
