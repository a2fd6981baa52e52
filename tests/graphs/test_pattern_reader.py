"""Patterns read from text, and what is said of a text that is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.graphs.pattern_reader import PatternError, read_pattern
from graph_goldens.graphs.patterns import (
    AnyOf,
    Anything,
    Captured,
    Chain,
    Condition,
    ListValue,
    NodePattern,
    NumberValue,
    Repeated,
    TextValue,
)

A, B = NodePattern("aten.a"), NodePattern("aten.b")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("aten.a", A),
        ("_", Anything()),
        (" aten.a->aten.b ", Chain((A, B))),
        ("aten.a -> ... -> aten.b", Chain((A, Repeated(), B))),
        ("aten.a -> (aten.b | _)... -> aten.b", Chain((A, Repeated(AnyOf((B, Anything()))), B))),
        ("aten.a | aten.b", AnyOf((A, B))),
        ("(aten.a -> aten.b) | aten.b", AnyOf((Chain((A, B)), B))),
        (
            "%x: aten.a -> aten.b{%x}",
            Chain((Captured("x", A), NodePattern("aten.b", within=(Captured("x"),)))),
        ),
        ("aten.a(_, -1e-5)", NodePattern("aten.a", (Anything(), NumberValue(-1e-5)))),
        ("aten.a(dim=[1, ...])", NodePattern("aten.a", (), (("dim", ListValue((NumberValue(1),), True)),))),
        ("aten.a(None, 'it\\'s')", NodePattern("aten.a", (NodePattern("None"), TextValue("it's")))),
        ("aten.a(aten.b -> ...)", NodePattern("aten.a", (Chain((B, Repeated())),))),
        (
            "_[users>=2, dtype=int8]",
            NodePattern("_", conditions=(Condition("users", ">=", "2"), Condition("dtype", "=", "int8"))),
        ),
        ("layer1.0.conv*", NodePattern("layer1.0.conv*")),
    ],
)
def test_a_pattern_says_what_its_text_says(text: str, read: object) -> None:
    assert read_pattern(text).pattern == read


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("", 1, "an operator is expected, not the end"),
        ("aten.linear ->", 15, "an operator is expected, not the end"),
        ("a -> b | c", 8, "put brackets round what is to be chosen from: `a -> (b | c)` or `(a -> b) | c`"),
        ("a | b -> c", 7, "put brackets round what is to be chosen from: `(a | b) -> c` or `a | (b -> c)`"),
        ("a -> 2", 6, "an operator is expected, not `2`: values stand among arguments"),
        ("a(2", 4, "`,` is expected or `)` after the `(` of column 2, not the end"),
        ("a(2, b{2)", 9, "`,` is expected or `}` after the `{` of column 7, not `)`"),
        ("a(2 -> b)", 5, "only a node can be an argument of what follows; write a value into its `{…}`"),
        ("... -> a", 5, "`...` stands between two operators; say where it begins"),
        ("a -> ...", 9, "`...` stands between two operators; say what it leads to"),
        ("a -> ... -> ... -> b", 13, "one `...` after another"),
        ("add[user=1]", 5, "`users`, `dtype` or `target` is expected in `[…]`, not `user`"),
        ("add[users=x]", 11, "a number of users is expected, not `x`"),
        ("add[dtype>int8]", 10, "`=` is expected after `dtype`, not `>`"),
        ("a(b=1, c)", 8, "what has no name comes before what has one"),
        ("a(b=1, b=2)", 8, "`b` is given twice"),
        ("a(...)", 3, "arguments that are not written may be anything: leave `...` out"),
        ("(%x: a)... -> b", 1, "what is repeated has no name: it would mean several nodes"),
        ("a -> (b -> c", 13, "`)` is expected to close the `(` of column 6, not the end"),
        ("a b", 3, "`->` or `|` is expected before `b`"),
        ("a)", 2, "no `(` belongs to this `)`"),
        ("a -> 'x", 6, "a text begins here that does not end"),
        ("a & b", 3, "`&` is not understood"),
        ("(" * 60 + "a", 51, "it nests more than 50 deep"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_column_and_the_reason(
    text: str, column: int, problem: str
) -> None:
    with pytest.raises(PatternError) as refused:
        read_pattern(text)
    assert str(refused.value) == f"column {column} of the pattern `{text}`: {problem}"
    assert refused.value.column == column


PIECES = (
    "aten.a",
    "_",
    "->",
    "...",
    "|",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    "%x",
    ":",
    "=",
    "2",
    "'t'",
    "users",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.text(max_size=20))
def test_any_text_is_a_pattern_or_is_refused_at_a_column_that_it_has(text: str) -> None:
    try:
        column = 1 if read_pattern(text).text == text else 0
    except PatternError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1
