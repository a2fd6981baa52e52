import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.text.wording import (
    LONGEST,
    contrast,
    generalise_error,
    generalise_text,
    join_changed,
    quote_pair,
    quote_short,
    read_first_words,
)


def test_a_long_text_is_cut() -> None:
    assert quote_short(" a ") == "`a`"
    assert quote_short("x" * (LONGEST + 1)) == f"`{'x' * (LONGEST - 1)}…`"


def test_the_names_of_nodes_are_left_out_of_a_literal_s_change() -> None:
    assert generalise_text("`[%x, 1]` → `[%y, 1]`") == "`[%, 1]` → `[%, 1]`"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("RuntimeError: no kernel for lib::push on 'cpu'", "RuntimeError: no kernel for … on '…'"),
        ("ValueError: got 3 arguments (1, 2) for f.g.h", "ValueError: got N arguments … for …"),
        ("TypeError: <Foo object> at [1, [2]]", "TypeError: … at …"),
        ("torch._dynamo.exc.Unsupported: x_1 of s0", "torch._dynamo.exc.Unsupported: x_N of sN"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_an_error_keeps_what_every_program_would_see(reason: str, words: str) -> None:
    assert generalise_error(reason) == words


def test_a_first_line_that_only_announces_is_told_with_the_next() -> None:
    assert read_first_words("\nErrors:\n  no kernel\n  more") == "Errors: no kernel"
    assert read_first_words("one\ntwo") == "one"


@given(st.text(max_size=120), st.text(max_size=120), st.integers(10, 200))
def test_a_contrast_never_loses_the_place_where_texts_differ(old: str, new: str, most: int) -> None:
    alike = " ".join(old.split()) == " ".join(new.split())
    assert (len(set(contrast(old, new, most))) == 1) == alike


@given(
    st.text("ab ", min_size=30, max_size=150),
    st.text("c", min_size=1, max_size=3),
    st.text("ab ", max_size=80),
)
def test_a_long_common_start_is_left_out_and_the_difference_is_not(start: str, odd: str, end: str) -> None:
    left, right = contrast(f"{start}{end}", f"{start}{odd}{end}", most=40)
    assert left != right
    assert odd[0] in right


def test_a_contrast_is_of_one_line_and_bounded() -> None:
    left, right = contrast("a\n" * 500, "b\n" * 500)
    assert "\n" not in left + right
    assert max(map(len, (left, right))) <= 200


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_two_texts_that_differ_are_never_quoted_alike(start: str, old: str, new: str) -> None:
    left, right = start + old, start + new
    if left.split() != right.split():
        shown = quote_pair(left, right)
        before, _, after = shown.partition("` → `")
        assert before.removeprefix("`") != after.removesuffix("`")


def test_lists_are_cut_around_what_differs() -> None:
    names = [f"n{at}" for at in range(25)]
    moved = [*names[:20], names[21], names[20], *names[22:]]
    assert (
        join_changed(names, moved)
        == "20 alike, n20, n21, n22, n23 and 1 more → 20 alike, n21, n20, n22, n23 and 1 more"
    )
    assert join_changed(["a", "b"], ["b", "a"]) == "a, b → b, a"


@given(st.lists(st.integers(), unique=True, min_size=2), st.randoms())
def test_a_reordered_list_never_reads_as_it_was(numbers: list[int], chance: random.Random) -> None:
    old = [f"n{number}" for number in numbers]
    new = chance.sample(old, len(old))
    left, _, right = join_changed(old, new).partition(" → ")
    assert (left == right) == (old == new)
