"""Words that all parts share read the same everywhere, and nothing in them steers a reader's terminal."""

from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.words import flatten_text, format_count, join_some, make_visible, shorten_text


def test_many_words_are_the_first_few_and_how_many_more() -> None:
    assert join_some(["a", "b", "c"]) == "a, b, c"
    assert join_some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert join_some([]) == ""


def test_numbers_go_with_their_words() -> None:
    assert [format_count(number, "node") for number in (0, 1, 2, 10_000)] == [
        "0 nodes",
        "1 node",
        "2 nodes",
        "10,000 nodes",
    ]


def test_a_text_is_cut_only_where_it_is_longer_and_says_so() -> None:
    assert [shorten_text("abcd", most) for most in (5, 4, 3)] == ["abcd", "abcd", "ab…"]


def test_what_cannot_be_seen_is_named_by_its_code_point_and_tabs_stay() -> None:
    assert make_visible("a\tb\x1b[2J\u202e\ud800\u2028") == "a\tb⟨U+001B⟩[2J⟨U+202E⟩⟨U+D800⟩⟨U+2028⟩"


@given(st.text(st.characters(codec=None)), st.integers(1, 40))
def test_a_flat_text_is_one_printable_line_of_at_most_its_length(text: str, most: int) -> None:
    flat = flatten_text(text, most)
    assert flat.isprintable()
    assert len(flat) <= most
