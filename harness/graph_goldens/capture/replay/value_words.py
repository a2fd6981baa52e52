"""What a record says of values, read: `float32[2, s0] stride (s0, 1) cpu`, `Sym(s0 + 1)`, `None`."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graph_goldens.graphs.contiguous_strides import find_contiguous_strides
from graph_goldens.graphs.value_items import split_items

_TENSOR = re.compile(r"(\w+)\[([^\]]*)\](?: stride \((.*)\))? (\S+)")
_LINE = re.compile(r"%(\S+) : (.+)")
_BINDS = re.compile(r" binds \w+ = value.*")
_RANGE = re.compile(r"range (\w+) in \[([^,]*), (.*)\]")
_CONSTANT = re.compile(r"self\.(.+?) : (?:parameter )?(.+)")
_SIGNATURE = re.compile(r"input (.+) (\S+) of (\S+?)(?:, not persistent)?")


@dataclass(frozen=True)
class TensorWords:
    """A strided tensor; sizes and strides are expressions of symbols."""

    dtype: str
    sizes: tuple[str, ...]
    strides: tuple[str, ...]
    device: str


@dataclass(frozen=True)
class NumberWords:
    """A symbolic number, as an expression."""

    expression: str


@dataclass(frozen=True)
class PlainValue:
    """A value that is said in full."""

    value: bool | int | float | str | None


@dataclass(frozen=True)
class UnknownWords:
    """Anything else: a script object, a sparse tensor, several values."""

    text: str


ValueWords: TypeAlias = TensorWords | NumberWords | PlainValue | UnknownWords


def read_value(text: str) -> ValueWords:
    """Read what is said of one value."""
    if match := _TENSOR.fullmatch(text):
        dtype, told, strides, device = match.groups()
        sizes = split_items(told)
        held = find_contiguous_strides(sizes) if strides is None else split_items(strides)
        return UnknownWords(text) if held is None else TensorWords(dtype, sizes, held, device)
    if text.startswith("Sym(") and text.endswith(")"):
        return NumberWords(text[len("Sym(") : -1])
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return UnknownWords(text)
    return PlainValue(value) if isinstance(value, bool | int | float | str | None) else UnknownWords(text)


def read_values(text: str) -> dict[str, ValueWords]:
    """Read a graph's values, by the names of its nodes."""
    found = (_LINE.fullmatch(line) for line in text.splitlines())
    return {match[1]: read_value(_BINDS.sub("", match[2])) for match in found if match}


@dataclass(frozen=True)
class ConstantWords:
    """A tensor that a graph holds, and its value as Python text; None where that is not recorded."""

    words: ValueWords
    items: str | None = None


def read_constants(text: str) -> dict[str, ConstantWords]:
    """Read what a graph holds, by the names of its attributes."""
    found = (_CONSTANT.fullmatch(line) for line in text.splitlines())
    return {match[1]: _read_constant(match[2]) for match in found if match}


def _read_constant(text: str) -> ConstantWords:
    told, equals, items = text.partition(" = ")
    words, _, _ = told.partition(" digest ")
    return ConstantWords(read_value(words), items if equals else None)


def read_ranges(text: str) -> dict[str, tuple[int, int | None]]:
    """Read the ranges of symbols from a signature: the least number, and the most where there is one."""
    found = (_RANGE.fullmatch(line) for line in text.splitlines())
    return {match[1]: (_read_bound(match[2]) or 0, _read_bound(match[3])) for match in found if match}


def _read_bound(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d+", text.strip()) else None


def read_sources(signature: str) -> Mapping[str, str]:
    """Read which attribute of its program each lifted input of a graph is."""
    return dict(_list_sources(signature))


def _list_sources(signature: str) -> Iterator[tuple[str, str]]:
    for line in signature.splitlines():
        if match := _SIGNATURE.fullmatch(line):
            yield match[2], match[3]
