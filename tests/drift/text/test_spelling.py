import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.text.spelling import Symbols, spell_outline


def same(*pairs: tuple[str, str], names: dict[str, str] | None = None) -> bool:
    """Whether pairs of texts, compared in their order, all say the same."""
    symbols = Symbols()
    return all(symbols.is_same(old, new, names or {}) for old, new in pairs)


def test_a_symbol_stands_for_one_other_over_the_whole_record() -> None:
    assert same(("[s0, s1]", "[s5, s6]"), ("s0", "s5"), ("s1", "s6"))
    assert not same(("s0", "s5"), ("s0", "s6"))
    assert not same(("s0", "s5"), ("s1", "s5"))
    assert not same(("[s0, s1]", "[s5, s5]"))
    assert not same(("[s0, s0]", "[s5, s6]"))


def test_symbols_may_take_each_other_s_names() -> None:
    assert same(("[s0, s1]", "[s1, s0]"), ("s0", "s1"))
    assert not same(("[s0, s1]", "[s1, s0]"), ("s0", "s0"))


def test_a_symbol_that_kept_its_name_cannot_be_another_one_too() -> None:
    assert not same(("s0", "s0"), ("s0", "s1"))
    assert not same(("s0", "s0"), ("s1", "s0"))


def test_symbols_of_other_kinds_are_different() -> None:
    assert not same(("s0", "u0"))
    assert not same(("u0", "zuf0"))


def test_texts_that_differ_bind_nothing() -> None:
    symbols = Symbols()
    assert not symbols.is_same("[s0, 2]", "[s1, 3]", {})
    assert symbols.renamed == {}
    assert symbols.is_same("s0", "s2", {})
    assert symbols.renamed == {"s0": "s2"}


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        ("[s0*s1]", "[s6*s5]", True),
        ("[s0*s1, 4]", "[s6*s5, 4]", True),
        ("[s0 + s1*2]", "[2*s6 + s5]", True),
        ("[s0 - s1]", "[s6 - s5]", False),
        ("[s0*s1 - s0, 4]", "[s5*(s6 - 1), 4]", True),
        ("float32[2, (s0**2//s0)] stride (s0, 1) cpu", "float32[2, ((s5**2)//s5)] stride (s5, 1) cpu", True),
        ("float32[2, (s0**2//s0)] stride (s0, 1) cpu", "float32[2, ((s5**2)//s6)] stride (s5, 1) cpu", False),
        ("[s1 + PythonMod(-s1, 4)]", "[s6 + (PythonMod(-s6, 4))]", True),
        ("[s1 + PythonMod(-s1, 4)]", "[s6 + (PythonMod(s6, 4))]", False),
        ("Sym(s0*s1 - s0)", "Sym(s5*(s6 - 1))", True),
        ("s0*s1 - s0 < 4", "s5*(s6 - 1) < 4", True),
        ("s0*s1 - s0 < 4", "s5*(s6 - 1) <= 4", False),
        ("s0//s1", "s6//s5", False),
        ("[s0*s1]", "[s5*s5]", False),
    ],
)
def test_factors_and_terms_may_stand_in_any_order(old: str, new: str, equal: bool) -> None:
    assert same(("[s0, s1]", "[s5, s6]"), (old, new)) is equal


def test_only_symbols_and_numbers_have_no_order() -> None:
    assert not same(("a*b", "b*a"))
    assert not same(("[x + y]", "[y + x]"))
    assert same(("[b*a, s1*s0 + 2]", "[b*a, 2 + s0*s1]"))


def test_nodes_are_named_anew_bare_behind_a_mark_and_in_quotes() -> None:
    names = {"add": "add_1", "mul": "mul"}
    assert same(
        ("output add", "output add_1"), ("%add", "%add_1"), ("{'add': 1}", "{'add_1': 1}"), names=names
    )
    assert same(("\"on node 'add'\"", "\"on node 'add_1'\""), names=names)
    assert not same(("%add", "%mul"), names=names)
    assert not same(("\"on node 'add'\"", "\"on node 'mul'\""), names=names)


def test_a_marked_name_that_did_not_change_is_another_node_where_that_one_was_renamed() -> None:
    assert not same(("%a", "%a"), names={"a": "b", "b": "a"})


def test_white_space_says_nothing_but_within_quotes() -> None:
    assert same(("f(x,  1)", "f(x, 1)"))
    assert not same(("'a  b'", "'a b'"))


def test_symbols_in_a_quoted_message_are_symbols() -> None:
    assert same(("'u0 >= 0 on u1'", "'u1 >= 0 on u0'"), ("u0", "u1"))
    assert not same(("u0", "u0"), ("'u0 >= 0'", "'u1 >= 0'"))


texts = st.lists(
    st.sampled_from(["s0", "s1", "s2", "u0", "4", "x", "'x s1'", "s0*s1", "[", ",", " + "]), max_size=6
)


@given(texts.map(" ".join))
def test_every_text_says_the_same_as_itself(text: str) -> None:
    symbols = Symbols()
    assert symbols.is_same(text, text, {})
    assert symbols.renamed == {}


@given(texts.map(" ".join), st.permutations(["s0", "s1", "s2"]))
def test_symbols_named_anew_say_the_same_and_have_one_outline(text: str, names: list[str]) -> None:
    new = re.sub(r"s(\d)", lambda match: names[int(match[1])], text)
    assert Symbols().is_same(text, new, {})
    assert spell_outline(text) == spell_outline(new)


def test_an_outline_tells_lines_apart_that_cannot_be_the_same() -> None:
    assert spell_outline("input user x", {"x", "y"}) == spell_outline("input user y", {"x", "y"})
    assert spell_outline("input user x") != spell_outline("input user y")
    assert (
        spell_outline("range s0 in [0, 1]")
        == spell_outline("range s4 in [0, 1]")
        != spell_outline("range s0 in [0, 2]")
    )


def test_a_told_symbol_is_one_although_a_node_has_its_name() -> None:
    """Dynamo names the input that a symbol comes in by after the symbol."""
    symbols = Symbols(["s0"], ["s2"])
    assert symbols.is_same("Sym(s0)", "Sym(s2)", {"s0": "s2"})
    assert symbols.renamed == {"s0": "s2"}
    assert symbols.is_same("%s0, L['x'].size()[0]", "%s2, L['x'].size()[0]", {"s0": "s2"})
