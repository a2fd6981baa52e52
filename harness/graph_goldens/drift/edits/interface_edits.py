"""What differs between signatures and guards, line by line, beyond what the graphs' edits say already."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.text.line_diff import find_changed_blocks
from graph_goldens.drift.text.line_pairing import drop_lines, pair_lines
from graph_goldens.drift.text.spelling import Symbols, spell_outline
from graph_goldens.drift.text.wording import generalise_error, generalise_text, quote_pair, quote_short
from graph_goldens.graphs.node_table import Table
from graph_goldens.words import format_count

_KEYWORDS = {"input", "output", "of", "range", "in"}
_OWNER = re.compile(r"((?:input|output) .*?) of .*")
_RANGED = re.compile(r"^[a-z]+\d+ in (?=\[)")
_WORD = re.compile(r"\w+|[^\w\s]")


def find_line_edits(
    old: str, new: str, kind: DriftClass, where: str, symbols: Symbols, alignment: Alignment | None
) -> Iterator[Edit]:
    """Find an edit for each line that says something else now.

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
    nodes = {*alignment.old.by_name, *alignment.new.by_name} - _KEYWORDS if alignment else set()
    known = {**names, **symbols.renamed}
    before, after = (
        [(line, _rename_line(line, known if _names_symbols(line) else names)) for line in old.split("\n")],
        new.split("\n"),
    )
    blocks = [
        (before[block.old_start : block.old_end], after[block.new_start : block.new_end])
        for block in find_changed_blocks([renamed for _, renamed in before], after)
    ]
    gone = Counter(renamed for lines, _ in blocks for _, renamed in lines)
    moved = gone & Counter(line for _, lines in blocks for line in lines)
    if moved:
        yield _build_moved_edit(list(moved.elements()), kind, where)
    for old_lines, new_lines in blocks:
        left = _drop_moved(old_lines, new_lines, moved)
        yield from _pair_changes(*_drop_paired(*left, names, symbols, alignment), kind, where, nodes)


def _drop_moved(
    old: Sequence[tuple[str, str]], new: Sequence[str], moved: Container[str]
) -> tuple[list[str], list[str]]:
    return [line for line, renamed in old if renamed not in moved], [
        line for line in new if line not in moved
    ]


def _build_moved_edit(lines: Sequence[str], kind: DriftClass, where: str) -> Edit:
    """Build the edit for moved lines; their order matters only for inputs, outputs and code."""
    matters = kind is not DriftClass.INTERFACE or any(line.startswith(("input", "output")) for line in lines)
    more = f" and {format_count(len(lines) - 1, 'more line')}" if len(lines) > 1 else ""
    verb = "stand" if more else "stands"
    sentence = f"{quote_short(lines[0])}{more} {verb} at another place"
    return Edit(kind if matters else DriftClass.REORDERED, where, sentence, pattern="order of lines")


def _rename_line(line: str, known: Mapping[str, str]) -> str:
    """Rename nodes and symbols in a line, so that only other differences remain."""
    return _WORD.sub(lambda match: known.get(match[0], match[0]), line)


def _names_symbols(line: str) -> bool:
    """Whether a line may name symbols: one on inputs or outputs names nodes, parameters, buffers and keys."""
    return not line.startswith(("input", "output", "user_", "buffers_", "parameters"))


def _drop_paired(
    old: list[str], new: list[str], names: Mapping[str, str], symbols: Symbols, alignment: Alignment | None
) -> tuple[list[str], list[str]]:
    """Drop from both sides the lines that say the same, and those that the graph's edits explain."""
    known = {*names, *names.values()}
    exact = Symbols((), ())
    old, new = _find_unpaired(
        old, new, known, lambda a, b: (symbols if _names_symbols(a) else exact).is_same(a, b, names)
    )
    if alignment is None:
        return old, new
    nodes = {*alignment.old.by_name, *alignment.new.by_name}
    old, new = _find_unpaired(old, new, nodes, lambda a, b: _is_replaced(a, b, alignment))
    return (
        [line for line in old if not _is_told(line, alignment, alignment.old, alignment.pairs)],
        [line for line in new if not _is_told(line, alignment, alignment.new, alignment.back)],
    )


def _find_unpaired(
    old: list[str], new: list[str], names: set[str], same: Callable[[str, str], bool]
) -> tuple[list[str], list[str]]:
    pairs = pair_lines(old, new, lambda line: spell_outline(line, names), same)
    return drop_lines(old, [pair[0] for pair in pairs]), drop_lines(new, [pair[1] for pair in pairs])


def _is_replaced(old: str, new: str, alignment: Alignment) -> bool:
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


def _is_told(line: str, alignment: Alignment, table: Table, known: Mapping[str, str]) -> bool:
    """Whether a line tells of an input or output that came or went, which the graph's edits tell."""
    found = _WORD.findall(line)
    if found[:1] == ["output"] and len(list(alignment.old.list_returned())) == len(
        list(alignment.new.list_returned())
    ):
        return False
    return found[:1] in (["input"], ["output"]) and any(
        _is_open(word, table.by_name, known) for word in found
    )


def _pair_changes(
    old: list[str], new: list[str], kind: DriftClass, where: str, names: Container[str]
) -> Iterator[Edit]:
    """Yield one edit for all lines that changed in the same way."""
    if len(old) == len(new):
        changes = [
            (quote_pair(a, b), f"{_generalise(a, names)} → {_generalise(b, names)}")
            for a, b in zip(old, new, strict=True)
        ]
    else:
        changes = [
            (f"{sign} {quote_short(line)}", f"{sign} {_generalise(line, names)}")
            for sign, lines in (("-", old), ("+", new))
            for line in lines
            if line.strip()
        ]
    alike: dict[str, list[str]] = {}
    for sentence, pattern in changes:
        alike.setdefault(pattern, []).append(sentence)
    for pattern, found in alike.items():
        more = f", and {format_count(len(found) - 1, 'more line')} likewise" if len(found) > 1 else ""
        yield Edit(kind, where, f"{found[0]}{more}", pattern=pattern)


def _generalise(line: str, names: Container[str]) -> str:
    """Leave out names of nodes, what an input or output belongs to, and which symbol has a range."""
    line = _RANGED.sub("a symbol in ", line)
    line = _WORD.sub(lambda match: "%" if match[0] in names else match[0], line)
    return generalise_error(generalise_text(_OWNER.sub(r"\1 of …", line)))
