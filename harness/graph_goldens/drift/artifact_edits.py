"""Every edit between the artifacts of two records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.body_edits import find_moved_nodes
from graph_goldens.drift.edits.code_edits import Names, find_code_edits
from graph_goldens.drift.edits.constant_edits import find_constant_edits
from graph_goldens.drift.edits.effect_edits import find_effect_edits
from graph_goldens.drift.edits.graph_edits import find_table_edits
from graph_goldens.drift.edits.guard_edits import find_guard_edits
from graph_goldens.drift.edits.interface_edits import find_line_edits
from graph_goldens.drift.edits.provenance_edits import find_provenance_edits
from graph_goldens.drift.edits.value_edits import find_value_edits
from graph_goldens.drift.graph_pairing import TOLD_BESIDE, CapturedGraph, Pairing
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.symbol_scopes import SymbolScopes
from graph_goldens.drift.text.spelling import Symbols
from graph_goldens.drift.text.tokens import find_renaming, split_code, split_graph, split_words
from graph_goldens.words import join_some

KINDS: Mapping[str, DriftClass] = {
    "graph": DriftClass.OPERATORS,
    "code": DriftClass.OPERATORS,
    "values": DriftClass.VALUES,
    "signature": DriftClass.INTERFACE,
    "guards": DriftClass.GUARDS,
    "ranges": DriftClass.GUARDS,
    "constants": DriftClass.VALUES,
    "provenance": DriftClass.PROVENANCE,
    "effects": DriftClass.OPERATORS,
}
_TOKENS = {"graph": split_graph, "code": split_code}


@dataclass(frozen=True)
class _Pair:
    """A graph in the golden and in the record.

    Attributes:
        before: the golden's graph.
        after: the record's graph.
        bodies: new names of the graphs of its operators.
        alignment: its nodes, aligned; None where one of the two cannot be read.
    """

    before: CapturedGraph
    after: CapturedGraph
    bodies: Mapping[str, str]
    alignment: Alignment | None

    def name_place(self, kind: str) -> str:
        return f"{self.after.name}.{kind}"

    def list_differing(self) -> Iterator[tuple[str, str, str]]:
        """Yield the kind and both texts where both graphs have one and they differ."""
        for kind, old in self.before.texts.items():
            new = self.after.texts.get(kind, old)
            if old != new and kind not in TOLD_BESIDE:
                yield kind, old, new
        for kind in TOLD_BESIDE:
            if kind in self.before.recorded and kind in self.after.recorded:
                old, new = (each.texts.get(kind, "") for each in (self.before, self.after))
                if old != new:
                    yield kind, old, new


def find_artifact_edits(pairing: Pairing, scopes: SymbolScopes) -> Iterator[Edit]:
    """Find every edit between the artifacts of two records."""
    yield from _count_edits(pairing)
    yield from _find_recording_edits(pairing)
    _bind_symbols(pairing, scopes)
    for old, new in pairing.names.items():
        if old != new:
            words = f"graph {old} → {new}"
            yield Edit(DriftClass.RENAMED, new, words, pattern="other names of operators' graphs")
        alignment = pairing.alignments.get(old)
        yield from _find_graph_edits(
            _Pair(pairing.old[old], pairing.new[new], pairing.find_bodies(old), alignment), scopes.find(old)
        )
    if scopes.renamed:
        shown = join_some([f"`{old}` → `{new}`" for old, new in scopes.renamed.items()])
        yield Edit(DriftClass.RENAMED, "symbols", shown, pattern="other symbols")


def _count_edits(pairing: Pairing) -> Iterator[Edit]:
    gone = [graph for name, graph in pairing.old.items() if name not in pairing.names]
    kept = set(pairing.names.values())
    come = [graph for name, graph in pairing.new.items() if name not in kept]
    for sign, graphs in (("-", gone), ("+", come)):
        for graph in graphs:
            if graph.parent and not _is_text(graph):
                yield _build_body_edit(pairing, sign, graph)
            else:
                kind, what = _name_kind(graph)
                yield Edit(kind, graph.name, f"{sign} {what} {graph.name}", pattern=f"{sign} {what}")
    order = [name for name, graph in pairing.new.items() if name in kept and not graph.parent]
    before = [name for name in pairing.names if not pairing.old[name].parent]
    if order != [pairing.names[name] for name in before]:
        words = f"order {join_some(before)} → {join_some(order)}"
        yield Edit(DriftClass.CAPTURE, "graphs", words, pattern="order of graphs")


def _build_body_edit(pairing: Pairing, sign: str, body: CapturedGraph) -> Edit:
    """Build the edit for an operator's graph that came or went, with the nodes that moved into it or out."""
    words, pattern = f"{sign} graph of an operator {body.name}", f"{sign} graph of an operator"
    back = {new: old for old, new in pairing.names.items()}
    parent = body.parent if sign == "-" else back.get(body.parent, "")
    alignment = pairing.alignments.get(parent)
    if alignment is None:
        return Edit(DriftClass.OPERATORS, body.name, words, pattern=pattern)
    where = f"{pairing.names[parent]}.graph"
    nodes = find_moved_nodes(alignment, body.table, body.name.rpartition(".")[2], came=sign == "+")
    return Edit(DriftClass.OPERATORS, where, words, pattern=pattern, nodes=nodes)


def _name_kind(graph: CapturedGraph) -> tuple[DriftClass, str]:
    """Name what comes or goes, and of which class that is: a graph, or a text alone."""
    return (DriftClass.OPERATORS, "text") if _is_text(graph) else (DriftClass.CAPTURE, "graph")


def _is_text(graph: CapturedGraph) -> bool:
    return not graph.texts.keys() & {"graph", "code"}


def _find_recording_edits(pairing: Pairing) -> Iterator[Edit]:
    """Say which kinds of texts only one record tells: older goldens say nothing of them."""
    graphs = [next(iter(each.values()), None) for each in (pairing.old, pairing.new)]
    old, new = (each.recorded if each else frozenset() for each in graphs)
    told = {kind for each in (*pairing.old.values(), *pairing.new.values()) for kind in each.texts}
    kinds = [kind for kind in TOLD_BESIDE if kind in told and (kind in old) != (kind in new)]
    if kinds and all(graphs):
        now = "no longer" if kinds[0] in old else "now"
        words = f"{join_some(kinds)} {'is' if len(kinds) == 1 else 'are'} {now} recorded"
        yield Edit(DriftClass.SPELLING, "artifacts", words, pattern=f"recorded {now}")


def _bind_symbols(pairing: Pairing, scopes: SymbolScopes) -> None:
    """Learn which symbol is which from the values of inputs, before anything that may say another one."""
    for graph, alignment in pairing.alignments.items():
        symbols = scopes.find(graph)
        before, after = alignment.values
        for node in alignment.old.placeholders:
            old, new = before.get(node.name), after.get(alignment.pairs.get(node.name, ""))
            if old is not None and new is not None:
                symbols.is_same(old, new, alignment.pairs)


def _find_graph_edits(pair: _Pair, symbols: Symbols) -> Iterator[Edit]:
    yield from _find_presence_edits(pair)
    found = list(_find_own_edits(pair, pair.alignment, symbols)) if pair.alignment else []
    yield from found
    explained = any(edit.kind.severity is Severity.SEMANTIC for edit in found)
    for kind, old, new in pair.list_differing():
        if kind in TOLD_BESIDE:
            if pair.alignment:
                yield from _find_told_edits(kind, old, new, pair, pair.alignment, explained=explained)
        elif pair.alignment is None:
            yield from _find_unread_edits(kind, old, new, pair.name_place(kind), symbols)
        elif kind == "code" and not explained:
            yield from _find_code_edits(old, new, pair, pair.alignment, symbols)
        elif kind not in ("graph", "values", "code"):
            yield from _find_text_edits(kind, old, new, pair.name_place(kind), symbols, pair.alignment)


def _find_told_edits(
    kind: str, old: str, new: str, pair: _Pair, alignment: Alignment, *, explained: bool
) -> Iterator[Edit]:
    """Find the edits of what is recorded beside a graph, unless the graph's own edits explain them."""
    where = pair.name_place(kind)
    if kind == "constants":
        yield from find_constant_edits(old, new, alignment, where)
    elif kind == "provenance":
        yield from find_provenance_edits(old, new, alignment, where)
    elif not explained:
        yield from find_effect_edits(alignment, where)


def _find_presence_edits(pair: _Pair) -> Iterator[Edit]:
    before, after = pair.before.texts, pair.after.texts
    for sign, texts, others in (("-", before, after), ("+", after, before)):
        for kind in texts:
            if kind not in others and kind not in TOLD_BESIDE:
                name = pair.name_place(kind)
                severity = KINDS.get(kind, DriftClass.OPERATORS)
                yield Edit(severity, name, f"{sign} {name}", pattern=f"{sign} {kind}")


def _find_own_edits(pair: _Pair, alignment: Alignment, symbols: Symbols) -> Iterator[Edit]:
    """Find the edits of the graph string and of the values."""
    differing = {kind for kind, _, _ in pair.list_differing()}
    if "graph" in differing or pair.bodies:  # a name may mean another body though the text is the same
        found = list(find_table_edits(alignment, pair.name_place("graph"), symbols))
        yield from found
        if "graph" in differing and not found and not symbols.renamed:
            words = "the text differs, the graph does not"
            yield Edit(DriftClass.SPELLING, pair.name_place("graph"), words, pattern="graph string")
    if "values" in differing:
        yield from find_value_edits(alignment, pair.name_place("values"), symbols)


def _find_code_edits(
    old: str, new: str, pair: _Pair, alignment: Alignment, symbols: Symbols
) -> Iterator[Edit]:
    """Find the edits of the code that the graph does not show."""
    names = Names({**_pair_parameters(alignment), **alignment.pairs}, pair.bodies, symbols.renamed)
    moved = bool(alignment.moved or alignment.moved_inputs)
    yield from find_code_edits(old, new, pair.name_place("code"), names, moved=moved)


def _pair_parameters(alignment: Alignment) -> Mapping[str, str]:
    """Map the parameters that inputs are passed by from old names to new ones."""
    inputs = (
        (node, alignment.new.by_name.get(alignment.pairs.get(node.name, "")))
        for node in alignment.old.placeholders
    )
    return {old.target: new.target for old, new in inputs if new}


def _find_text_edits(
    kind: str, old: str, new: str, where: str, symbols: Symbols, alignment: Alignment | None
) -> Iterator[Edit]:
    if kind == "guards":
        yield from find_guard_edits(old, new, where, symbols)
    else:
        yield from find_line_edits(old, new, KINDS.get(kind, DriftClass.OPERATORS), where, symbols, alignment)


def _find_unread_edits(kind: str, old: str, new: str, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Find the edits, token by token, of a text whose graph could not be read."""
    if kind not in _TOKENS:
        yield from _find_text_edits(kind, old, new, where, symbols, None)
        return
    names = find_renaming(_TOKENS[kind](old), _TOKENS[kind](new))
    if split_words(old) == split_words(new):
        yield Edit(DriftClass.SPELLING, where, "only white space differs", pattern="white space")
    elif names is None:
        yield from find_line_edits(old, new, DriftClass.OPERATORS, where, symbols, None)
    else:
        shown = join_some([f"`{left}` → `{right}`" for left, right in names.items() if left != right])
        yield Edit(DriftClass.RENAMED, where, shown, pattern="other names")
