"""Two graphs aligned: which node of the one is which of the other, and what became of each."""

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from graph_goldens.drift.matching.conflicts import Crossing, Order, find_crossings
from graph_goldens.drift.matching.known_pairs import KnownPairs
from graph_goldens.drift.matching.node_accesses import Effects, find_accesses, moves_freely, rename_accesses
from graph_goldens.drift.matching.node_matching import match_nodes
from graph_goldens.drift.matching.operators import is_alias
from graph_goldens.drift.matching.unmatched_regions import Region, find_regions
from graph_goldens.drift.text.line_diff import find_rising
from graph_goldens.drift.text.spelling import Symbols
from graph_goldens.graphs.graph_reader import GraphError, read_graph
from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref
from graph_goldens.graphs.node_table import Node, Table

Values = Mapping[str, str]

# A literal names nodes where it prints them as arguments, or in an assertion's message.
_NAMES_NODES = re.compile(r"%\w|\s'\w+'")


class RowChange(enum.Enum):
    """What became of a node."""

    SAME = "same"
    RENAMED = "renamed"
    MOVED = "moved"
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Row:
    """A node of the old graph beside the same node of the new one; None where there is no such node."""

    change: RowChange
    old: Node | None
    new: Node | None


@dataclass(frozen=True)
class Alignment:
    """Two graphs and which of their nodes are the same.

    Attributes:
        old: the golden's graph.
        new: the record's graph.
        pairs: for each old node that is still there its new name.
        regions: what was removed, added or replaced.
        values: what is known of the values of the nodes of each graph.
        effects: the recorded effects of the nodes of each graph; None where none were recorded.
        after_autograd: whether gradients were taken before the graph was captured, if any are.
    """

    old: Table
    new: Table
    pairs: Mapping[str, str]
    regions: Sequence[Region] = ()
    values: tuple[Values, Values] = field(default=({}, {}))
    effects: tuple[Effects | None, Effects | None] = (None, None)
    after_autograd: bool = False

    @cached_property
    def back(self) -> Mapping[str, str]:
        """For each new node that was there its old name."""
        return {new: old for old, new in self.pairs.items()}

    @cached_property
    def moved(self) -> tuple[str, ...]:
        """Old names of the nodes that stand in another order now, as few as explain it."""
        inputs = set(self.moved_inputs)
        kept = [node for node in self.old.nodes if node.name not in inputs]
        return tuple(self._find_moved(kept))

    @cached_property
    def moved_inputs(self) -> tuple[str, ...]:
        """Old names of the inputs that stand in another order among themselves now."""
        return tuple(self._find_moved(self.old.placeholders))

    def _find_moved(self, nodes: Sequence[Node]) -> Iterator[str]:
        places = self._new_places
        kept = [node.name for node in nodes if node.name in self.pairs]
        staying = {i for i, _ in find_rising([(i, places[self.pairs[name]]) for i, name in enumerate(kept)])}
        return (name for i, name in enumerate(kept) if i not in staying)

    @cached_property
    def _new_places(self) -> Mapping[str, int]:
        return {node.name: at for at, node in enumerate(self.new.nodes)}

    @cached_property
    def crossings(self) -> tuple[Crossing, ...]:
        """The nodes that came to stand on the other side of what they conflict with."""
        if not self.moved:
            return ()
        tables, back = (self.old, self.new), self.back
        accesses = [find_accesses(*each) for each in zip(tables, self.values, self.effects, strict=True)]
        universal = [
            node.name
            for node in self.old.nodes
            if node.name in self.pairs
            and not moves_freely(node, self.values[0])
            and not moves_freely(self.new.by_name[self.pairs[node.name]], self.values[1])
        ]
        old = {node.name: at for at, node in enumerate(self.old.nodes) if node.name in self.pairs}
        new = {name: self._new_places[self.pairs[name]] for name in old}
        renamed = rename_accesses(accesses[1], back)
        return find_crossings(Order(old, new), (accesses[0], renamed), universal)

    @property
    def crossing(self) -> tuple[str, ...]:
        """Old names of those nodes, each once, in their order."""
        found = {each.node for each in self.crossings}
        return tuple(node.name for node in self.old.nodes if node.name in found)

    def follows(self, old: Argument, new: Argument, symbols: Symbols) -> bool:
        """Whether an argument is what the old one became, also where a node in it was removed or added."""
        match old, new:
            case Ref(left), Ref(right):
                left, right = (
                    self._resolve_alias(left, self.old, self.pairs),
                    self._resolve_alias(right, self.new, self.back),
                )
                gone = left not in self.pairs or right not in self.back
                return gone or self.pairs[left] == right
            case Literal(left), Literal(right):
                names = self.pairs if _NAMES_NODES.search(left) else {}
                return symbols.is_same_literal(left, right, names)
            case Group(), Group():
                same = (old.opening, old.keys, len(old.items)) == (new.opening, new.keys, len(new.items))
                return same and all(
                    self.follows(*pair, symbols) for pair in zip(old.items, new.items, strict=True)
                )
            case _:
                return False

    @staticmethod
    def _resolve_alias(name: str, table: Table, known: Mapping[str, str]) -> str:
        """Return what an alias that came or went stands for; any other node stands for itself."""
        while name not in known and (node := table.by_name.get(name)) and is_alias(node) and node.inputs:
            name = node.inputs[0]
        return name

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every node of either graph, in the new order; what was removed stands where it stood."""
        return tuple(self._build_rows())

    def _build_rows(self) -> Iterator[Row]:
        removed = self._group_removed()
        yield from removed.get(None, ())
        for node in self.new.nodes:
            old = self.old.by_name.get(self.back.get(node.name, ""))
            yield Row(self._find_change(old, node), old, node)
            yield from removed.get(old.name if old else "", ())

    def _group_removed(self) -> dict[str | None, list[Row]]:
        """Group the removed nodes by the paired node that they stood after, None for the beginning."""
        found: dict[str | None, list[Row]] = {}
        last: str | None = None
        for node in self.old.nodes:
            if node.name in self.pairs:
                last = node.name
            else:
                found.setdefault(last, []).append(Row(RowChange.REMOVED, node, None))
        return found

    def _find_change(self, old: Node | None, new: Node) -> RowChange:
        if old is None:
            return RowChange.ADDED
        if not self._is_same_call(old, new):
            return RowChange.CHANGED
        if old.name in self._moving:
            return RowChange.MOVED
        return RowChange.SAME if old.name == new.name or old.op == "output" else RowChange.RENAMED

    @cached_property
    def _moving(self) -> frozenset[str]:
        return frozenset((*self.moved, *self.moved_inputs))

    def differs_by_literals(self, old: Node) -> bool:
        """Whether a node that both graphs have calls the same on the same nodes, with other literals."""
        new = self.new.by_name.get(self.pairs.get(old.name, ""))
        if new is None or old.target != new.target or self._is_same_call(old, new):
            return False
        symbols = Symbols()
        return len(old.inputs) == len(new.inputs) and all(
            self.follows(Ref(left), Ref(right), symbols)
            for left, right in zip(old.inputs, new.inputs, strict=True)
        )

    def _is_same_call(self, old: Node, new: Node) -> bool:
        targets = old.op == "placeholder" or old.target == new.target
        symbols = Symbols()
        return (
            targets
            and old.op == new.op
            and self.follows(old.args, new.args, symbols)
            and self.follows(old.kwargs, new.kwargs, symbols)
        )


_KNOWN = KnownPairs()


def align(
    old: Table,
    new: Table,
    values: tuple[Values, Values] = ({}, {}),
    effects: tuple[Effects | None, Effects | None] = (None, None),
    sources: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}),
    identity: bytes = b"",
) -> Alignment:
    """Find which nodes of two graphs are the same, and what became of the others.

    Args:
        old: the golden's graph.
        new: the record's graph.
        values: what is known of the values of the nodes of each, by name: `float32[2, 3] …`.
        effects: the recorded effects of the nodes of each, by name; None where none were recorded.
        sources: what the inputs of each are bound to, by name, where that is told.
        identity: what tells all of this from other arguments, by `compute_identity`; pairs that were found
            for it before are not looked for again.
    """
    match = partial(match_nodes, old, new, values, effects, sources)
    pairs = _KNOWN.find(identity, old, new, match) if identity else match()
    regions = find_regions(old, new, pairs)
    for region in regions:
        if len(region.removed) == len(region.added) == 1:
            pairs[region.removed[0].name] = region.added[0].name
    return Alignment(old, new, pairs, regions, values, effects)


def align_texts(
    old: str | None, new: str | None, values: tuple[Values, Values] = ({}, {})
) -> Alignment | None:
    """Align two graph strings, one of which may be missing; None where one cannot be read."""
    try:
        left, right = (Table(()) if text is None else read_graph(text) for text in (old, new))
    except GraphError:
        return None
    return align(left, right, values)
