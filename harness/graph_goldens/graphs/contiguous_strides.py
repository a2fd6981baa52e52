"""Strides that records leave out: those of a contiguous tensor, which its sizes tell.

    %x : float32[2, 3] cpu
    %t : float32[3, 2] stride (1, 3) cpu
    %n : float32[2, s0] stride (s0, 1) cpu

Strides count elements. They are those of a contiguous tensor where the last is 1 and each other is that of
the dimension behind it times that dimension's size, which counts as 1 where it is 0
(`make_contiguous_strides_for` of torch/_prims_common/__init__.py). They are always written where a size
behind the first is no number, where one of them is above 2**63, and in a line that holds a text, which may
say anything.
"""

import re
from collections.abc import Sequence

from graph_goldens.graphs.value_items import split_items

_TOLD = re.compile(r"(\b[a-z]\w*)\[([^\[\]\n]*)\] stride \(([0-9, ]*)\)(?= [a-z])")
_NUMBER = re.compile(r"[0-9]{1,20}")
_LARGEST = 1 << 63


def find_contiguous_strides(sizes: Sequence[str]) -> tuple[str, ...] | None:
    """Find the strides of a contiguous tensor; None where its sizes do not tell them."""
    strides = ["1"] if sizes else []
    step = 1
    for size in reversed(sizes[1:]):
        if not _NUMBER.fullmatch(size):
            return None
        step *= max(int(size), 1)
        if step > _LARGEST:
            return None
        strides.append(str(step))
    return tuple(reversed(strides))


def drop_contiguous_strides(text: str) -> str:
    """Leave out of a text of values or constants the strides that records leave out."""
    if " stride (" not in text:
        return text
    return "\n".join(line if "'" in line or '"' in line else _drop(line) for line in text.split("\n"))


def _drop(line: str) -> str:
    return _TOLD.sub(_write_again, line)


def _write_again(match: re.Match[str]) -> str:
    contiguous = find_contiguous_strides(split_items(match[2]))
    told = contiguous is None or ", ".join(contiguous) != match[3]
    return match[0] if told else f"{match[1]}[{match[2]}]"
