"""What differs between two texts of one artifact: a table from the kind of artifact to its classifier.

A classifier is a function from a difference and from the names that the graph's nodes got anew to edits. It
gives none where the graph's own text already says what differs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from harness.drift.classes import DriftClass, Severity
from harness.drift.drift import Edit
from harness.drift.lines import changed_blocks
from harness.drift.nodes import read_node, without_users
from harness.drift.tokens import code_tokens, equal_under, graph_tokens, renaming, words

MOST_EDITS = 12
LONGEST = 100

Names: TypeAlias = "Mapping[str, str]"


@dataclass(frozen=True)
class TextPair:
    """The texts of an artifact that a golden and a record both have."""

    name: str
    old: str
    new: str


Classifier: TypeAlias = "Callable[[TextPair, Names], Iterable[Edit]]"


def split_name(artifact: str) -> tuple[str, str]:
    """Split an artifact's name into its graph and its kind: `program.true_graph_0`, `code`."""
    graph, _, kind = artifact.rpartition(".")
    return graph, kind


def graph_edits(pairs: Iterable[TextPair]) -> tuple[Edit, ...]:
    """Give the edits of the artifacts of one graph that both sides have."""
    by_kind = {split_name(pair.name)[1]: pair for pair in pairs}
    names = _names(by_kind)
    edits: list[Edit] = []
    for kind, pair in sorted(by_kind.items(), key=lambda item: item[0] != "graph"):
        if pair.old != pair.new:
            edits += _artifact_edits(kind, pair, names, edits)
    return tuple(_once(edits))


def _artifact_edits(kind: str, pair: TextPair, names: Names, known: list[Edit]) -> list[Edit]:
    explained = any(
        edit.kind.severity is Severity.SEMANTIC and edit.where.endswith(".graph") for edit in known
    )
    if kind == "code" and explained:
        return []
    edits = list(CLASSIFIERS.get(kind, other_edits)(pair, names))
    return edits or ([] if explained else [_count_edit(pair, KINDS.get(kind, DriftClass.OPERATORS))])


def _names(by_kind: Mapping[str, TextPair]) -> Names:
    """Give the new names of a graph's nodes; empty where more than names differs."""
    for kind, tokens in TOKENS.items():
        pair = by_kind.get(kind)
        if pair and pair.old != pair.new:
            return renaming(tokens(pair.old), tokens(pair.new)) or {}
    return {}


def node_edits(pair: TextPair, names: Names) -> Iterable[Edit]:
    """Classify a graph string: spelling, renamed, or the nodes that were added, removed and changed."""
    return _cosmetic_edits(pair, graph_tokens) or _limited(pair, _node_edits(pair), DriftClass.OPERATORS)


def code_edits(pair: TextPair, names: Names) -> Iterable[Edit]:
    """Classify generated code: spelling, renamed, or how many lines differ."""
    return _cosmetic_edits(pair, code_tokens) or [_count_edit(pair, DriftClass.OPERATORS)]


def value_edits(pair: TextPair, names: Names) -> Iterable[Edit]:
    """Classify the nodes' values: for each node that both sides have, how its value changed."""
    return _same_but_names(pair, names) or _limited(pair, _value_edits(pair, names), DriftClass.VALUES)


def interface_edits(pair: TextPair, names: Names) -> Iterable[Edit]:
    """Classify a signature or guards: the lines that changed."""
    return _same_but_names(pair, names) or _limited(
        pair, _line_edits(pair, DriftClass.INTERFACE), DriftClass.INTERFACE
    )


def other_edits(pair: TextPair, names: Names) -> Iterable[Edit]:
    """Classify an artifact of a kind that is not known here."""
    return _same_but_names(pair, names) or _limited(
        pair, _line_edits(pair, DriftClass.OPERATORS), DriftClass.OPERATORS
    )


TOKENS: Mapping[str, Callable[[str], list[str]]] = {"graph": graph_tokens, "code": code_tokens}
CLASSIFIERS: Mapping[str, Classifier] = {
    "graph": node_edits,
    "code": code_edits,
    "values": value_edits,
    "signature": interface_edits,
    "guards": interface_edits,
}
KINDS: Mapping[str, DriftClass] = {
    "graph": DriftClass.OPERATORS,
    "code": DriftClass.OPERATORS,
    "values": DriftClass.VALUES,
    "signature": DriftClass.INTERFACE,
    "guards": DriftClass.INTERFACE,
}


def _cosmetic_edits(pair: TextPair, tokens: Callable[[str], list[str]]) -> list[Edit]:
    old, new = tokens(pair.old), tokens(pair.new)
    if old == new:
        return [_spelling(pair)]
    names = renaming(old, new)
    return [] if names is None else [_renamed(pair, names)]


def _same_but_names(pair: TextPair, names: Names) -> list[Edit]:
    if words(pair.old) == words(pair.new):
        return [_spelling(pair)]
    return [_renamed(pair, names)] if equal_under(names, pair.old, pair.new) else []


def _spelling(pair: TextPair) -> Edit:
    return Edit(DriftClass.SPELLING, pair.name, "only white space differs")


def _renamed(pair: TextPair, names: Names) -> Edit:
    changed = [(old, new) for old, new in names.items() if old != new]
    shown = ", ".join(f"`%{old}` → `%{new}`" for old, new in changed[:3])
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return Edit(DriftClass.RENAMED, pair.name, f"{shown}{more}")


def _node_edits(pair: TextPair) -> Iterator[Edit]:
    old = [without_users(line) for line in pair.old.split("\n")]
    new = [without_users(line) for line in pair.new.split("\n")]
    for block in changed_blocks(old, new):
        left, right = old[block.old_start : block.old_end], new[block.new_start : block.new_end]
        for sentence in _block_sentences(left, right):
            yield Edit(DriftClass.OPERATORS, pair.name, sentence)


def _block_sentences(old: list[str], new: list[str]) -> Iterator[str]:
    if len(old) == len(new):
        yield from (_changed_node(*lines) for lines in zip(old, new, strict=True))
        return
    yield from (f"- {_node_words(line)}" for line in old)
    yield from (f"+ {_node_words(line)}" for line in new)


def _changed_node(old: str, new: str) -> str:
    left, right = read_node(old), read_node(new)
    if left is None or right is None:
        return f"{_short(old)} → {_short(new)}"
    if left.words != right.words:
        target = right.target if left.op == right.op else right.words
        return f"{left.words} → {target} at `%{left.name}`"
    if left.arguments != right.arguments:
        return (
            f"{left.words}: arguments {_short(left.arguments)} → {_short(right.arguments)} at `%{left.name}`"
        )
    return f"{left.words}: {_short(old)} → {_short(new)}"


def _node_words(line: str) -> str:
    node = read_node(line)
    return f"{node.words} at `%{node.name}`" if node else _short(line)


def _value_edits(pair: TextPair, names: Names) -> Iterator[Edit]:
    old = _values(pair.old)
    new = _values(pair.new)
    for name, value in old.items():
        now = new.get(names.get(name, name))
        if now is not None and now != value:
            yield Edit(DriftClass.VALUES, pair.name, f"`%{name}`: {_short(value)} → {_short(now)}")


def _values(text: str) -> dict[str, str]:
    lines = (line.partition(" : ") for line in text.split("\n"))
    return {name.strip().removeprefix("%"): value for name, colon, value in lines if colon}


def _line_edits(pair: TextPair, kind: DriftClass) -> Iterator[Edit]:
    old, new = pair.old.split("\n"), pair.new.split("\n")
    for block in changed_blocks(old, new):
        left, right = old[block.old_start : block.old_end], new[block.new_start : block.new_end]
        for sentence in _line_sentences(left, right):
            yield Edit(kind, pair.name, sentence)


def _line_sentences(old: list[str], new: list[str]) -> Iterator[str]:
    if len(old) == len(new):
        yield from (f"{_short(a)} → {_short(b)}" for a, b in zip(old, new, strict=True))
        return
    yield from (f"- {_short(line)}" for line in old if line.strip())
    yield from (f"+ {_short(line)}" for line in new if line.strip())


def _limited(pair: TextPair, edits: Iterator[Edit], kind: DriftClass) -> list[Edit]:
    shown = list(islice(edits, MOST_EDITS))
    more = sum(1 for _ in edits)
    rest = f"and {more} more change{'s' if more > 1 else ''}"
    return [*shown, Edit(kind, pair.name, rest)] if more else shown


def _count_edit(pair: TextPair, kind: DriftClass) -> Edit:
    blocks = changed_blocks(pair.old.split("\n"), pair.new.split("\n"))
    count = sum(max(b.old_end - b.old_start, b.new_end - b.new_start) for b in blocks)
    return Edit(kind, pair.name, f"{count} line{'s differ' if count > 1 else ' differs'}")


def _once(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Drop an edit that another artifact of the graph says in the same words."""
    seen: set[Edit] = set()
    for edit in edits:
        said = replace(edit, where="")
        if said not in seen or edit.kind.severity is Severity.SEMANTIC:
            yield edit
        seen.add(said)


def _short(text: str) -> str:
    text = text.strip()
    return f"`{text}`" if len(text) <= LONGEST else f"`{text[: LONGEST - 1]}…`"
