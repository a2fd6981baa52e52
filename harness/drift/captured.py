"""The graphs of two records: which is which, and every edit of their artifacts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from harness.drift.alignment import Alignment, align
from harness.drift.classes import DriftClass, Severity
from harness.drift.code import code_edits
from harness.drift.drift import Edit
from harness.drift.graphs import table_edits
from harness.drift.guards import guard_edits
from harness.drift.interface import line_edits
from harness.drift.matching import same_order
from harness.drift.spelling import Symbols
from harness.drift.tokens import code_tokens, graph_tokens, renaming, words
from harness.drift.values import read_values, value_edits
from harness.graphs import GraphError, Table, read_graph
from harness.records import Record

KINDS: Mapping[str, DriftClass] = {
    "graph": DriftClass.OPERATORS,
    "code": DriftClass.OPERATORS,
    "values": DriftClass.VALUES,
    "signature": DriftClass.INTERFACE,
    "guards": DriftClass.INTERFACE,
}
_TOKENS = {"graph": graph_tokens, "code": code_tokens}


@dataclass(frozen=True)
class CapturedGraph:
    """A graph of a record: its name, and its texts by kind."""

    name: str
    texts: Mapping[str, str]

    @property
    def parent(self) -> str:
        """The name of the graph whose operator runs this one; empty where it was captured itself."""
        return self.name.rpartition(".")[0]

    @cached_property
    def table(self) -> Table | None:
        """The graph's nodes; None where there is no graph string, or one that cannot be read."""
        try:
            return read_graph(self.texts["graph"]) if "graph" in self.texts else None
        except GraphError:
            return None

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The values of its nodes."""
        return read_values(self.texts.get("values"))


def captured_graphs(record: Record) -> dict[str, CapturedGraph]:
    """Give the graphs of a record by name, in order."""
    texts: dict[str, dict[str, str]] = {}
    for artifact in record.artifacts:
        name, _, kind = artifact.name.rpartition(".")
        texts.setdefault(name, {})[kind] = artifact.text
    return {name: CapturedGraph(name, kinds) for name, kinds in texts.items()}


@dataclass(frozen=True)
class Pairing:
    """The graphs of two records, and which is which.

    Attributes:
        old: the golden's graphs by name.
        new: the record's graphs by name.
        names: for each graph that is still there its name in the record.
    """

    old: Mapping[str, CapturedGraph]
    new: Mapping[str, CapturedGraph]
    names: Mapping[str, str]

    @cached_property
    def alignments(self) -> Mapping[str, Alignment]:
        """The alignment of each graph that is still there and can be read, by its old name."""
        found: dict[str, Alignment] = {}
        for old, new in self.names.items():
            left, right = self.old[old], self.new[new]
            if left.table and right.table:
                found[old] = align(self._renamed(left.table, old), right.table, (left.values, right.values))
        return found

    def _renamed(self, table: Table, graph: str) -> Table:
        """Give the new names of its operators' graphs to the nodes that take them."""
        start = f"{graph}."
        bodies = {
            old.removeprefix(start): new.rpartition(".")[2]
            for old, new in self.names.items()
            if old.startswith(start) and old.rpartition(".")[2] != new.rpartition(".")[2]
        }
        if not bodies:
            return table
        nodes = (
            replace(node, target=bodies.get(node.target, node.target)) if node.op == "get_attr" else node
            for node in table.nodes
        )
        return Table(tuple(nodes))


def pair_graphs(golden: Record, record: Record) -> Pairing:
    """Find which graph is which: by name, and bodies of operators that were given other names by place."""
    old, new = captured_graphs(golden), captured_graphs(record)
    names = {name: name for name in old if name in new}
    for name in old:
        if name not in names:
            taken = set(names.values())
            left = [each for each in old.values() if each.name not in names and _sibling(each, old[name])]
            right = [each for each in new.values() if each.name not in taken and _in(each, old[name], names)]
            if len(left) == len(right) and (old[name].parent or _equal(old[name], right[0])):
                names[name] = right[0].name
    return Pairing(old, new, {name: names[name] for name in old if name in names})


def _sibling(graph: CapturedGraph, other: CapturedGraph) -> bool:
    return graph.parent == other.parent


def _in(graph: CapturedGraph, other: CapturedGraph, names: Mapping[str, str]) -> bool:
    """Whether a new graph belongs to what the old one's parent became."""
    return graph.parent == (names.get(other.parent) if other.parent else "")


def _equal(old: CapturedGraph, new: CapturedGraph) -> bool:
    return bool(old.table and new.table and same_order(old.table, new.table))


def artifact_edits(pairing: Pairing, symbols: Symbols) -> Iterator[Edit]:
    """Give every edit between the artifacts of two records."""
    yield from _count_edits(pairing)
    for old, new in pairing.names.items():
        yield from _graph_edits(pairing, old, new, symbols)
    if symbols.renamed:
        shown = ", ".join(f"`{old}` → `{new}`" for old, new in symbols.renamed.items())
        yield Edit(DriftClass.RENAMED, "symbols", shown, pattern="other symbols")


def _count_edits(pairing: Pairing) -> Iterator[Edit]:
    gone = [graph for name, graph in pairing.old.items() if name not in pairing.names]
    kept = set(pairing.names.values())
    come = [graph for name, graph in pairing.new.items() if name not in kept]
    for sign, graphs in (("-", gone), ("+", come)):
        for graph in graphs:
            body = bool(graph.parent)
            kind = DriftClass.OPERATORS if body else DriftClass.CAPTURE
            what = "graph of an operator" if body else "graph"
            yield Edit(kind, graph.name, f"{sign} {what} {graph.name}", pattern=f"{sign} {what}")
    order = [name for name in pairing.new if name in kept]
    if order != list(pairing.names.values()):
        words = f"order {', '.join(pairing.names)} → {', '.join(order)}"
        yield Edit(DriftClass.CAPTURE, "graphs", words, pattern="order of graphs")


def _graph_edits(pairing: Pairing, old: str, new: str, symbols: Symbols) -> Iterator[Edit]:
    before, after = pairing.old[old], pairing.new[new]
    alignment = pairing.alignments.get(old)
    if old != new:
        yield Edit(
            DriftClass.RENAMED, new, f"graph {old} → {new}", pattern="other names of operators' graphs"
        )
    yield from _presence_edits(before, after)
    if before.texts == after.texts:
        return
    found = list(_own_edits(before, after, alignment, symbols)) if alignment else []
    yield from found
    explained = any(edit.kind.severity is Severity.SEMANTIC for edit in found)
    for kind in before.texts:
        pair = before.texts[kind], after.texts.get(kind)
        if pair[1] is not None and pair[0] != pair[1]:
            yield from _text_edits(kind, pair[0], pair[1], new, symbols, alignment, explained)


def _presence_edits(before: CapturedGraph, after: CapturedGraph) -> Iterator[Edit]:
    for sign, texts, others in (("-", before.texts, after.texts), ("+", after.texts, before.texts)):
        for kind in texts:
            if kind not in others:
                name = f"{after.name}.{kind}"
                yield Edit(
                    KINDS.get(kind, DriftClass.OPERATORS), name, f"{sign} {name}", pattern=f"{sign} {kind}"
                )


def _own_edits(
    before: CapturedGraph, after: CapturedGraph, alignment: Alignment, symbols: Symbols
) -> Iterator[Edit]:
    """Give the edits of the graph string and of the values."""
    where = f"{after.name}.graph"
    changed = before.texts["graph"] != after.texts["graph"]
    found = list(table_edits(alignment, where, symbols)) if changed else []
    yield from found
    if changed and not found and not symbols.renamed:
        yield Edit(DriftClass.SPELLING, where, "the text differs, the graph does not", pattern="graph string")
    texts = before.texts.get("values"), after.texts.get("values")
    if None not in texts and texts[0] != texts[1]:
        yield from value_edits(alignment, f"{after.name}.values", symbols)


def _text_edits(
    kind: str, old: str, new: str, graph: str, symbols: Symbols, alignment: Alignment | None, explained: bool
) -> Iterator[Edit]:
    """Give the edits of another text of a graph; those of its code only where the graph does not say them."""
    where = f"{graph}.{kind}"
    names = alignment.pairs if alignment else {}
    match kind:
        case "graph" | "values" if alignment:
            return
        case "code" if alignment:
            if not explained:
                yield from code_edits(old, new, where, names, symbols)
        case "guards" if old.replace(" ", "") != new.replace(" ", ""):
            yield from guard_edits(old, new, where, symbols)
        case "graph" | "code":
            yield from _unread_edits(kind, old, new, where, symbols)
        case _:
            yield from line_edits(old, new, KINDS.get(kind, DriftClass.OPERATORS), where, symbols, alignment)


def _unread_edits(kind: str, old: str, new: str, where: str, symbols: Symbols) -> Sequence[Edit]:
    """Give the edits of a text that could not be read as a graph, token by token."""
    left, right = _TOKENS[kind](old), _TOKENS[kind](new)
    names = renaming(left, right)
    if words(old) == words(new):
        return [Edit(DriftClass.SPELLING, where, "only white space differs", pattern="white space")]
    if names is not None:
        shown = ", ".join(f"`{a}` → `{b}`" for a, b in list(names.items())[:3] if a != b)
        return [Edit(DriftClass.RENAMED, where, shown, pattern="other names")]
    return list(line_edits(old, new, DriftClass.OPERATORS, where, symbols, None))
