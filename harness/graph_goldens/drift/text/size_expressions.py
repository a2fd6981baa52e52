"""Integer expressions of symbols in one form, however a version prints them.

What sympy prints of one size differs between versions: `s0*s1 - s0` and `s0*(s1 - 1)`, `(s0**2//s0)` and
`((s0**2)//s0)`. Equal forms are equal numbers for all values of the symbols; the reverse need not hold, as a
division, or a call such as `PythonMod(-s0, 4)`, is taken as it is but for what it is given.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache, reduce
from typing import TypeAlias

from graph_goldens.drift.text.tokens import SYMBOL_KINDS

_SYMBOL = re.compile(rf"(?:{SYMBOL_KINDS})\d+")
_FUNCTION = re.compile(r"[A-Z]\w*")
_BETWEEN = re.compile(r"( (?:<=|>=|==|!=|<|>|in|and|or|binds) |^range )")
_EXPRESSION = re.compile(r"[*+]| - |//| % ")
_LONGEST = 400
_MOST_TERMS = 64
_HIGHEST_POWER = 8
_OPENING, _CLOSING = "[(", "])"
_OPAQUE = {ast.FloorDiv: "//", ast.Mod: "%", ast.Div: "/"}

Monomial: TypeAlias = tuple[tuple[str, int], ...]
Polynomial: TypeAlias = Mapping[Monomial, int]


class _NoExpressionError(Exception):
    """A text is no integer expression of symbols, or one that is too long to be looked at."""


def holds_expression(text: str) -> bool:
    """Whether a text may hold an expression that could be written otherwise."""
    return _EXPRESSION.search(text) is not None


@lru_cache(maxsize=1 << 14)
def rewrite_sizes(text: str) -> str:
    """Write each integer expression of symbols in a text, such as a value or a guard, in one form."""
    if not (holds_expression(text) or "(" in text) or not _SYMBOL.search(text):
        return text
    parts = _BETWEEN.split(text)
    if len(parts) > 1:
        return "".join(part if at % 2 else rewrite_sizes(part) for at, part in enumerate(parts))
    try:
        return _spell(_read(text))
    except _NoExpressionError:
        return "".join(_rewrite_groups(text))


def _rewrite_groups(text: str) -> Iterator[str]:
    """Rewrite what stands between brackets, item by item, and leave what stands outside."""
    start = depth = 0
    for at, char in enumerate(text):
        if char in _OPENING:
            if not depth:
                yield text[start : at + 1]
                start = at + 1
            depth += 1
        elif char in _CLOSING and depth:
            depth -= 1
            if not depth:
                yield rewrite_sizes(text[start:at])
                start = at
        elif depth == 1 and text.startswith(", ", at):
            yield f"{rewrite_sizes(text[start:at])}, "
            start = at + 2
    yield text[start:]


def _read(text: str) -> Polynomial:
    if len(text) > _LONGEST:
        raise _NoExpressionError
    try:
        return _build(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _NoExpressionError from error


def _build(node: ast.expr) -> Polynomial:
    """Build the polynomial of an expression, in which what is no sum or product stands as one variable."""
    match node:
        case ast.Name(id=name) if _SYMBOL.fullmatch(name):
            return {((name, 1),): 1}
        case ast.Constant(value=int(number)) if type(number) is int:
            return {(): number} if number else {}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _multiply({(): -1}, _build(operand))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _add(_build(left), _build(right))
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _add(_build(left), _multiply({(): -1}, _build(right)))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _multiply(_build(left), _build(right))
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int(power))) if (
            0 < power <= _HIGHEST_POWER
        ):
            return reduce(_multiply, [_build(left)] * power)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPAQUE:
            name = f"(({_spell(_build(left))}){_OPAQUE[type(op)]}({_spell(_build(right))}))"
            return {((name, 1),): 1}
        case ast.Call(func=ast.Name(id=function), args=args, keywords=[]) if _FUNCTION.fullmatch(function):
            return {((f"{function}({', '.join(_spell(_build(each)) for each in args)})", 1),): 1}
    raise _NoExpressionError


def _add(one: Polynomial, other: Polynomial) -> Polynomial:
    found = {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}
    return {key: factor for key, factor in found.items() if factor}


def _multiply(one: Polynomial, other: Polynomial) -> Polynomial:
    if len(one) * len(other) > _MOST_TERMS:
        raise _NoExpressionError
    found: Polynomial = {}
    for left, factor in one.items():
        for right, other_factor in other.items():
            found = _add(found, {_join(left, right): factor * other_factor})
    return found


def _join(one: Monomial, other: Monomial) -> Monomial:
    powers = dict(one)
    for name, power in other:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def _spell(polynomial: Polynomial) -> str:
    return " + ".join(_spell_term(*term) for term in sorted(polynomial.items())) or "0"


def _spell_term(monomial: Monomial, factor: int) -> str:
    names = [name if power == 1 else f"{name}**{power}" for name, power in monomial]
    return "*".join([str(factor), *names] if factor != 1 or not names else names)
