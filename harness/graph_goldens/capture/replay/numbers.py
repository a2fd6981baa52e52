"""Numbers for the symbols of two graphs, equal where the graphs' inputs say that they are."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from graph_goldens.capture.replay.value_words import NumberWords, PlainValue, TensorWords, ValueWords

_SYMBOL = re.compile(r"(?<![\w.'\"])[a-z]+\d+(?![\w(])")
_WHOLE = re.compile(r"\d+")


def _divide(one: Any, other: Any) -> Any:
    return one // other


def _choose(*pairs: tuple[Any, Any]) -> Any:
    return next(value for value, holds in pairs if holds)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        # torch/utils/_sympy/functions.py
        "FloorDiv": _divide,
        "CleanDiv": _divide,
        "CeilDiv": lambda one, other: -(-one // other),
        "CeilToInt": math.ceil,
        "FloorToInt": math.floor,
        "TruncToInt": math.trunc,
        "TruncToFloat": lambda one: float(math.trunc(one)),
        "RoundToInt": round,
        "ToFloat": float,
        "Identity": lambda one: one,
        "Mod": lambda one, other: one % other,
        "PythonMod": lambda one, other: one % other,
        "IntTrueDiv": lambda one, other: one / other,
        "FloatTrueDiv": lambda one, other: one / other,
        "PowByNatural": pow,
        "FloatPow": pow,
        "LShift": lambda one, other: one << other,
        "RShift": lambda one, other: one >> other,
        "ModularIndexing": lambda one, by, modulus: (one // by) % modulus,
        "Where": lambda holds, one, other: one if holds else other,
        # sympy's own
        "Max": max,
        "Min": min,
        "Abs": abs,
        "floor": math.floor,
        "ceiling": math.ceil,
        "sqrt": math.sqrt,
        "Eq": lambda one, other: one == other,
        "Ne": lambda one, other: one != other,
        "Piecewise": _choose,
        "OpaqueUnaryFn_sqrt": math.sqrt,
    }
)

Side = int
Name = tuple[Side, str]
Bounds = tuple[int, int | None]


class NumberError(ValueError):
    """An expression cannot be given a number."""


@dataclass
class SharedSymbols:
    """The symbols of two graphs, those together that stand in the same place of the same input.

    Attributes:
        bounds: the ranges of each side's symbols.
    """

    bounds: Sequence[Mapping[str, Bounds]]
    _same: dict[Name, Name] = field(default_factory=dict)
    _fixed: dict[Name, int] = field(default_factory=dict)

    def join(self, old: ValueWords, new: ValueWords) -> None:
        """Join the symbols of what is one input to both graphs."""
        for one, other in zip(_list_expressions(old), _list_expressions(new), strict=False):
            self._join_expressions(one, other)

    def _join_expressions(self, one: str, other: str) -> None:
        names = []
        for side, expression in enumerate((one, other)):
            for symbol in _SYMBOL.findall(expression):
                self._same.setdefault((side, symbol), (side, symbol))
            if _SYMBOL.fullmatch(expression):
                names.append(self._find((side, expression)))
        if len(names) == 2:
            self._same[names[1]] = names[0]
            if names[1] in self._fixed:
                self._fixed.setdefault(names[0], self._fixed[names[1]])
        elif names and (number := next(filter(_WHOLE.fullmatch, (one, other)), None)):
            self._fixed[names[0]] = int(number)

    def _find(self, name: Name) -> Name:
        while self._same[name] != name:
            name = self._same[name]
        return name

    def choose(self, least: int, step: int) -> tuple[dict[str, int], dict[str, int]]:
        """Choose a small number for each symbol of either side.

        Args:
            least: the number of the first symbol, where its range has it.
            step: how much larger each further symbol is.
        """
        roots = list(dict.fromkeys(map(self._find, self._same)))
        chosen = {root: self._choose_one(root, least + step * place) for place, root in enumerate(roots)}
        numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        for side, symbol in self._same:
            numbers[side][symbol] = chosen[self._find((side, symbol))]
        return numbers

    def _choose_one(self, root: Name, wanted: int) -> int:
        if root in self._fixed:
            return self._fixed[root]
        for side, symbol in self._same:
            if self._find((side, symbol)) == root and symbol in self.bounds[side]:
                low, high = self.bounds[side][symbol]
                wanted = max(low, wanted if high is None else min(high, wanted))
        return wanted


def _list_expressions(words: ValueWords) -> Iterator[str]:
    match words:
        case TensorWords():
            yield from words.sizes
        case NumberWords(expression):
            yield expression
        case PlainValue(value):
            yield str(value)


def evaluate(expression: str, numbers: Mapping[str, int]) -> Any:
    """Evaluate an expression of symbols.

    Raises:
        NumberError: a symbol has no number, or there is a function that is not known here.
    """
    try:
        return eval(expression, {"__builtins__": {}}, {**_FUNCTIONS, **numbers})
    except Exception as error:
        raise NumberError(f"{expression} cannot be worked out: {error}") from None


def evaluate_all(expressions: Iterable[str], numbers: Mapping[str, int]) -> list[int]:
    """Evaluate sizes or strides.

    Raises:
        NumberError: one of them cannot be, or is no small number.
    """
    found = [evaluate(expression, numbers) for expression in expressions]
    for number in found:
        if isinstance(number, bool) or not isinstance(number, int):
            raise NumberError(f"{number!r} is no size")
    return found
