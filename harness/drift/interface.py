"""What differs between signatures and guards, line by line, beyond what the graphs' edits say already."""

import re
from collections.abc import Iterator, Mapping

from harness.drift.alignment import Alignment
from harness.drift.classes import DriftClass
from harness.drift.drift import Edit
from harness.drift.lines import changed_blocks
from harness.drift.spelling import Symbols
from harness.drift.tokens import words
from harness.drift.wording import error_words, short

_WORD = re.compile(r"\w+|[^\w\s]")


def line_edits(
    old: str, new: str, kind: DriftClass, where: str, symbols: Symbols, alignment: Alignment | None
) -> Iterator[Edit]:
    """Give an edit for each line that says something else now.

    Args:
        old: the golden's text.
        new: the record's text.
        kind: the class of such a change.
        where: the artifact's name.
        symbols: which symbol is which.
        alignment: the graph that the text is about; lines about inputs and outputs that its edits tell of
            are left out.
    """
    names = alignment.pairs if alignment else {}
    before, after = old.split("\n"), new.split("\n")
    left = [_renamed(line, names, symbols) for line in before]
    for block in changed_blocks(left, after):
        gone = list(range(block.old_start, block.old_end))
        come = list(range(block.new_start, block.new_end))
        _drop_equal(gone, come, before, after, names, symbols, alignment)
        yield from _paired([before[i] for i in gone], [after[j] for j in come], kind, where)


def _renamed(line: str, names: Mapping[str, str], symbols: Symbols) -> str:
    """Give a line with the new names of nodes and symbols, so that only what differs otherwise differs."""
    known = {**names, **symbols.renamed}
    return (
        " ".join(known.get(word, word) for word in words(line)) if any(map(known.get, words(line))) else line
    )


def _drop_equal(
    gone: list[int],
    come: list[int],
    before: list[str],
    after: list[str],
    names: Mapping[str, str],
    symbols: Symbols,
    alignment: Alignment | None,
) -> None:
    """Drop from both sides the lines that say the same, and those that the graph's edits explain."""
    for i in list(gone):
        same = next((j for j in come if symbols.same(before[i], after[j], names)), None)
        if same is None and alignment:
            same = next((j for j in come if _became(before[i], after[j], alignment)), None)
        if same is not None:
            gone.remove(i)
            come.remove(same)
    if alignment:
        gone[:] = [i for i in gone if not _speaks_of(before[i], alignment.old.by_name, names)]
        come[:] = [j for j in come if not _speaks_of(after[j], alignment.new.by_name, alignment.back)]


def _became(old: str, new: str, alignment: Alignment) -> bool:
    """Whether lines differ only by nodes that were removed and added instead."""
    left, right = _WORD.findall(old), _WORD.findall(new)
    return len(left) == len(right) and all(
        a == b
        or alignment.pairs.get(a) == b
        or (_is_open(a, alignment.old.by_name, alignment.pairs) and b in alignment.new.by_name)
        or (a in alignment.old.by_name and _is_open(b, alignment.new.by_name, alignment.back))
        for a, b in zip(left, right, strict=True)
    )


def _is_open(name: str, nodes: Mapping[str, object], known: Mapping[str, str]) -> bool:
    return name in nodes and name not in known


def _speaks_of(line: str, nodes: Mapping[str, object], known: Mapping[str, str]) -> bool:
    """Whether a line tells of an input or output that the graph's edits tell of."""
    found = _WORD.findall(line)
    return found[:1] in (["input"], ["output"]) and any(_is_open(word, nodes, known) for word in found)


def _paired(old: list[str], new: list[str], kind: DriftClass, where: str) -> Iterator[Edit]:
    if len(old) == len(new):
        for left, right in zip(old, new, strict=True):
            pattern = f"{error_words(left)} → {error_words(right)}"
            yield Edit(kind, where, f"{short(left)} → {short(right)}", pattern=pattern)
        return
    for sign, lines in (("-", old), ("+", new)):
        for line in (line for line in lines if line.strip()):
            yield Edit(kind, where, f"{sign} {short(line)}", pattern=f"{sign} {error_words(line)}")
