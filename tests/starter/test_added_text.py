"""Files that exist are added to, and every byte of theirs stays."""

from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.starter.added_text import add_block, add_lines

NO_SPACES = st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"])
LINES = st.lists(st.text(NO_SPACES, min_size=1))


@given(st.binary(), LINES)
def test_what_stands_there_is_a_beginning_of_what_will(old: bytes, lines: list[str]) -> None:
    new = add_lines(old, lines)
    assert new is None or new.startswith(old)


@given(st.binary(), LINES)
def test_a_second_time_there_is_nothing_to_add(old: bytes, lines: list[str]) -> None:
    new = add_lines(old, lines)
    assert add_lines(old if new is None else new, lines) is None


def test_spellings_that_mean_the_same_to_git_are_known() -> None:
    assert add_lines(b"/.goldens\n", [".goldens/"]) is None
    assert add_lines(b"# .goldens/\n", [".goldens/"]) == b"# .goldens/\n.goldens/\n"


def test_line_ends_are_those_of_the_file() -> None:
    assert add_block(b"one\r\ntwo", "three\n") == b"one\r\ntwo\r\nthree\r\n"
    assert add_block(None, "one\n") == b"one\n"
