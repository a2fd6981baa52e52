"""Strides that records leave out: those of a contiguous tensor, which its sizes tell.

    %x : float32[2, 3] cpu
    %t : float32[3, 2] stride (1, 2) cpu
    %n : float32[2, s0] stride (s0, 1) cpu

Strides count elements. They are those of a contiguous tensor where the last is 1 and each other is that of
the dimension behind it times that dimension's size, which counts as 1 where it is 0
(`make_contiguous_strides_for` of torch/_prims_common/__init__.py). Where a size behind the first is no
number, strides are always written.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

_TOLD = re.compile(r"\[([^\[\]\n]*)\] stride \(((?:\d[\d, ]*)?)\)")
_NUMBER = re.compile(r"\d{1,20}")


def write_strides(sizes: Sequence[str], strides: Sequence[str]) -> str:
    """Write a strided tensor's strides, to stand behind its sizes; nothing where it is contiguous."""
    return "" if tuple(strides) == find_contiguous_strides(sizes) else f" stride ({', '.join(strides)})"


def find_contiguous_strides(sizes: Sequence[str]) -> tuple[str, ...] | None:
    """Find the strides of a contiguous tensor; None where a size behind the first is no number."""
    strides = ["1"] if sizes else []
    step = 1
    for size in reversed(sizes[1:]):
        if not _NUMBER.fullmatch(size):
            return None
        step *= max(int(size), 1)
        strides.append(str(step))
    return tuple(reversed(strides))


def fill_strides(sizes: str) -> str:
    """Find the strides that a text leaves out behind sizes, as it would write them.

    Args:
        sizes: as they stand in brackets: numbers, of which the first may be an expression.
    """
    told = sizes.split(", ") if sizes else []
    numbers = list(takewhile(_NUMBER.fullmatch, reversed(told)))[::-1]
    first = told[: len(told) - len(numbers)]
    return ", ".join(find_contiguous_strides([*([", ".join(first)] if first else []), *numbers]) or ())


def drop_contiguous_strides(text: str) -> str:
    """Leave out of a text of values or constants the strides that records leave out."""
    return _TOLD.sub(_write_again, text)


def _write_again(match: re.Match[str]) -> str:
    return f"[{match[1]}]" if match[2] == fill_strides(match[1]) else match[0]
