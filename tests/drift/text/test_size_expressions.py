"""Sizes that are written alike are equal numbers, whatever the symbols are."""

import ast
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.drift.text.size_expressions import rewrite_sizes

NAMES = ("s0", "s1", "u0")
ATOMS = st.sampled_from([*NAMES, "1", "2", "7"])
EXPRESSIONS: st.SearchStrategy[str] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(
            lambda a, op, b: f"({a}{op}{b})",
            inner,
            st.sampled_from([" + ", " - ", "*", "//"]),
            inner,
        ),
        st.builds(lambda a: f"(-{a})", inner),
        st.builds(lambda a: f"({a})**2", inner),
        st.builds(lambda a, b: f"Max({a}, {b})", inner, inner),
    ),
    max_leaves=6,
)
VALUES = st.fixed_dictionaries({name: st.integers(1, 40) for name in NAMES})


def compute(text: str, values: dict[str, int]) -> int | None:
    functions: dict[str, Callable[..., int]] = {"Max": max}
    try:
        return int(eval(compile(ast.parse(text, mode="eval"), "", "eval"), functions, dict(values)))
    except ZeroDivisionError:
        return None


@given(EXPRESSIONS, VALUES)
def test_an_expression_is_the_same_number_once_it_is_rewritten(text: str, values: dict[str, int]) -> None:
    assert compute(rewrite_sizes(text), values) == compute(text, values)


@given(EXPRESSIONS)
def test_what_is_rewritten_stays_as_it_is(text: str) -> None:
    assert rewrite_sizes(rewrite_sizes(text)) == rewrite_sizes(text)


@given(EXPRESSIONS, EXPRESSIONS, EXPRESSIONS)
def test_laws_of_arithmetic_change_nothing(a: str, b: str, c: str) -> None:
    assert rewrite_sizes(f"[s0 + {a} + {b}]") == rewrite_sizes(f"[{b} + ({a}) + s0]")
    assert rewrite_sizes(f"[({a})*{b}*s0]") == rewrite_sizes(f"[s0*({b}*({a}))]")
    assert rewrite_sizes(f"[s1*({a} + {b})]") == rewrite_sizes(f"[s1*({a}) + {b}*s1]")
    assert rewrite_sizes(f"[{a} - ({b} - {c}) + s0]") == rewrite_sizes(f"[s0 + {a} + {c} - {b}]")


@pytest.mark.parametrize(
    "text",
    [
        "[2*3, 6]",  # nothing of it is a symbol
        "einsum(a*b, s0)",
        "[s0.x + 1]",
        "x*s0",
        "[s0 + 1.5]",
        "[s0 +, 1]",
        "'s0*2",
        f"[{' + '.join(['s0*s1'] * 80)}]",  # longer than anybody reads
        f"[{'*'.join(['(s0 + s1 + s2 + s3)'] * 7)}]",
    ],
)
def test_what_is_no_expression_of_symbols_stays(text: str) -> None:
    assert rewrite_sizes(text) == text
