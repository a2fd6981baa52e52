"""Symbols are renumbered by first appearance, and only their spelling changes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.capture.normalise.symbol_names import SymbolNames, renumber_symbols
from graph_goldens.records import Artifact, Outcome, Record


def _record(*texts: str, reason: str = "") -> Record:
    artifacts = tuple(Artifact(f"g.{number}", text) for number, text in enumerate(texts))
    return Record(
        "p/c",
        "export",
        Outcome.GRAPHS,
        reason=reason,
        artifacts=artifacts,
        facts={"shape": ["s5", {"k": "s9"}]},
    )


HASHED = ("s77", "s27", "u3", "s5", "s9")


def test_hashed_names_become_small_numbers_in_order_of_appearance() -> None:
    record = renumber_symbols(_record("x : f32[s77, s27]", "y : f32[s27*s77, u3]", reason="u3 >= s5"), HASHED)
    assert [artifact.text for artifact in record.artifacts] == ["x : f32[s0, s1]", "y : f32[s1*s0, u0]"]
    assert record.reason == "u0 >= s2"
    assert record.facts == {"shape": ["s2", {"k": "s3"}]}


def test_names_that_only_look_alike_stay() -> None:
    text = "s0_1 = sym_size_int_77 + args0 + self.s77 + u8x"
    assert SymbolNames(("s77", "u8", "sym77")).rename(text) == text


def test_words_that_are_no_symbols_stay_whatever_their_form() -> None:
    record = renumber_symbols(_record("x : f32[s77] of s1", 'raise "u8" if s77'), ("s77",))
    assert [artifact.text for artifact in record.artifacts] == ["x : f32[s0] of s1", 'raise "u8" if s0']


def test_no_symbol_gets_a_name_that_another_word_has() -> None:
    record = renumber_symbols(_record("s0 : f32[s77, s78] of u0"), ("s77", "s78"))
    assert [artifact.text for artifact in record.artifacts] == ["s0 : f32[s1, s2] of u0"]


def test_what_holds_no_symbols_is_left_alone() -> None:
    artifacts = (Artifact("g.provenance", "%x: module s77 M"), Artifact("g.constants", "self.s77 : s77"))
    record = Record("p/c", "export", Outcome.GRAPHS, artifacts=artifacts)
    assert renumber_symbols(record, ("s77",)).artifacts == artifacts


def test_sizes_of_a_constant_are_symbols_and_its_name_is_none() -> None:
    text = "self.s77 : float32[s77, 2] stride (2*s77, 1) cpu\nself.w : parameter int8[s77] stride (1) s77"
    artifacts = (Artifact("g.values", "%x : float32[s77]"), Artifact("g.constants", text))
    record = Record("p/c", "x", Outcome.GRAPHS, artifacts=artifacts)
    assert renumber_symbols(record, ("s77",)).artifacts[1].text == (
        "self.s77 : float32[s0, 2] stride (2*s0, 1) cpu\nself.w : parameter int8[s0] stride (1) s77"
    )


def test_a_symbol_that_is_a_node_has_one_name_wherever_it_stands() -> None:
    provenance = "%s77, %x: module L['s77'] s77\n%s77: torch_fn s77"
    texts = {"g.graph": "%s77 : placeholder", "g.provenance": provenance}
    record = Record("p/c", "x", Outcome.GRAPHS, artifacts=tuple(map(Artifact, texts, texts.values())))
    assert [artifact.text for artifact in renumber_symbols(record, ("s77",)).artifacts] == [
        "%s0 : placeholder",
        "%s0, %x: module L['s77'] s77\n%s0: torch_fn s77",
    ]


SYMBOLS = st.from_regex(r"(zuf|zf|ps|s|u)[0-9]{1,2}", fullmatch=True)


@given(st.lists(st.lists(SYMBOLS, max_size=8), max_size=4))
def test_equal_symbols_stay_equal_and_others_stay_different(texts: list[list[str]]) -> None:
    before = [" * ".join(text) for text in texts]
    symbols = {word for text in texts for word in text}
    after = [artifact.text for artifact in renumber_symbols(_record(*before), symbols).artifacts]
    pairs = {
        pair
        for old, new in zip(before, after, strict=True)
        for pair in zip(re.findall(r"\w+", old), re.findall(r"\w+", new), strict=True)
    }
    assert len({old for old, _ in pairs}) == len({new for _, new in pairs}) == len(pairs)


@given(st.lists(st.lists(SYMBOLS, max_size=8), max_size=4))
def test_renumbering_twice_changes_nothing_more(texts: list[list[str]]) -> None:
    once = renumber_symbols(
        _record(*(" ".join(text) for text in texts)), {word for text in texts for word in text}
    )
    again = {word for artifact in once.artifacts for word in artifact.text.split()}
    assert renumber_symbols(once, again) == once
