"""What differs between the constants that two graphs hold: tensors by value or digest, and objects."""

import re
from collections.abc import Iterator, Mapping

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.value_edits import spell_value_change
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.text.wording import contrast
from graph_goldens.graphs.recorded_lines import read_constants
from graph_goldens.words import format_count

_TOLD = re.compile(r"(.*?)( = .*| digest \w+)?", re.DOTALL)


def find_constant_edits(old: str, new: str, alignment: Alignment, where: str) -> Iterator[Edit]:
    """Find an edit for constants that changed in the same way, and for each that came or went.

    Constants are the same where the nodes that fetch them are, and else where their names are. Those that
    came or went with the nodes that fetch them are told by the graph's edits.
    """
    before, after = read_constants(old), read_constants(new)
    names = _pair_names(before, after, alignment)
    alike: dict[str, list[str]] = {}
    for name, other in names.items():
        if before[name] != after[other]:
            words, pattern = _spell_change(before[name], after[other])
            alike.setdefault(f"constant: {pattern}", []).append(f"constant `self.{other}`: {words}")
    for pattern, found in alike.items():
        more = f", and {format_count(len(found) - 1, 'more constant')} likewise" if len(found) > 1 else ""
        yield Edit(DriftClass.VALUES, where, f"{found[0]}{more}", pattern=pattern)
    kept = set(names.values())
    gone = [name for name in before if name not in names and name not in _list_fetched(alignment, old=True)]
    come = [name for name in after if name not in kept and name not in _list_fetched(alignment, old=False)]
    for sign, found in (("-", gone), ("+", come)):
        for name in found:
            yield Edit(DriftClass.VALUES, where, f"{sign} constant `self.{name}`", pattern=f"{sign} constant")


def _pair_names(before: Mapping[str, str], after: Mapping[str, str], alignment: Alignment) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in alignment.old.nodes:
        if node.op == "get_attr" and node.name in alignment.pairs:
            other = alignment.new.by_name[alignment.pairs[node.name]].target
            if node.target in before and other in after:
                names.setdefault(node.target, other)
    taken = set(names.values())
    rest = {name: name for name in before if name not in names and name in after and name not in taken}
    return {**names, **rest}


def _list_fetched(alignment: Alignment, *, old: bool) -> set[str]:
    """List what nodes fetch that only one of the graphs has."""
    table, known = (alignment.old, alignment.pairs) if old else (alignment.new, alignment.back)
    return {node.target for node in table.nodes if node.op == "get_attr" and node.name not in known}


def _spell_change(old: str, new: str) -> tuple[str, str]:
    (kind, told), (other, now) = _split(old), _split(new)
    if kind != other:
        return spell_value_change(kind, other)
    left, right = contrast(told, now)
    return f"{left or 'not told'} → {right or 'not told'}", "another value"


def _split(words: str) -> tuple[str, str]:
    match = _TOLD.fullmatch(words)
    return (match[1], (match[2] or "").strip()) if match else (words, "")
