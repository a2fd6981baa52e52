"""Pairs of nodes that were found before are those that would be found again."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.matching.known_pairs import KnownPairs, Pairs, compute_identity, spell_mapping
from graph_goldens.graphs.node_table import Node, Table

NAMES = st.lists(st.text("abc", min_size=1, max_size=3), unique=True, max_size=8)


def build(names: Sequence[str]) -> Table:
    return Table(tuple(Node(name, "placeholder", name) for name in names))


@given(old=NAMES, new=NAMES)
def test_what_was_found_is_found_again_in_its_order(old: list[str], new: list[str]) -> None:
    pairs: Pairs = dict(zip(reversed(old), new, strict=False))
    known, asked = KnownPairs(), []

    def match() -> Pairs:
        asked.append(pairs)
        return dict(pairs)

    for _ in range(3):
        found = known.find(b"one", build(old), build(new), match)
        assert list(found.items()) == list(pairs.items())
    assert len(asked) == 1
    known.find(b"two", build(old), build(new), match)
    assert len(asked) == 2


def test_a_change_of_what_was_found_changes_nothing_that_is_known() -> None:
    known, table = KnownPairs(), build("ab")
    known.find(b"one", table, table, lambda: {"a": "a"})["b"] = "b"
    assert known.find(b"one", table, table, dict) == {"a": "a"}


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_other_texts_have_another_identity(one: list[str], other: list[str]) -> None:
    assert (compute_identity(one) == compute_identity(other)) is (one == other)


MAPPINGS = st.dictionaries(st.text(max_size=3), st.text("1 a\n", max_size=6), max_size=3)


@given(MAPPINGS, MAPPINGS)
def test_other_mappings_are_spelt_otherwise(one: dict[str, str], other: dict[str, str]) -> None:
    assert (spell_mapping(one) == spell_mapping(other)) is (list(one.items()) == list(other.items()))
