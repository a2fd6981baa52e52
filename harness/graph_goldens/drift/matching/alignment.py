"""Two graphs aligned: which node of the one is which of the other, and what became of each."""

import bisect
import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from graph_goldens.drift.matching.node_matching import match_nodes
from graph_goldens.drift.matching.operators import has_side_effects, is_alias
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
    """

    old: Table
    new: Table
    pairs: Mapping[str, str]
    regions: Sequence[Region] = ()
    values: tuple[Values, Values] = field(default=({}, {}))

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
    def crossing(self) -> tuple[str, ...]:
        """Old names of the nodes that came to stand on the other side of a side effect."""
        if not self.moved:
            return ()
        old, new = self._list_effects(self.old, self.values[0], self.pairs), self._list_new_effects()
        if [self.pairs[name] for name in old] != new:
            return tuple(self._find_reordered_effects(old, new))
        before, after = self._count_places(self.old, old), self._count_places(self.new, new)
        return tuple(name for name in before if before[name] != after[self.pairs[name]])

    def _list_new_effects(self) -> list[str]:
        known = set(self._list_effects(self.old, self.values[0], self.pairs))
        return [node.name for node in self.new.nodes if self.back.get(node.name) in known]

    def _list_effects(self, table: Table, values: Values, kept: Mapping[str, str]) -> list[str]:
        """List the nodes with side effects in either graph, in the order of the old one."""
        return [
            node.name
            for node in table.nodes
            if node.name in kept
            and (
                has_side_effects(node, values)
                or has_side_effects(self.new.by_name[kept[node.name]], self.values[1])
            )
        ]

    def _find_reordered_effects(self, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
        places = {self.back[name]: at for at, name in enumerate(new)}
        staying = {i for i, _ in find_rising([(i, places[name]) for i, name in enumerate(old)])}
        return (name for i, name in enumerate(old) if i not in staying)

    def _count_places(self, table: Table, effects: Sequence[str]) -> dict[str, int]:
        """Count for each paired node, inputs apart, the side effects before it."""
        known = self.pairs if table is self.old else self.back
        at = {node.name: place for place, node in enumerate(table.nodes)}
        marks = [at[name] for name in effects]
        return {
            node.name: bisect.bisect_right(marks, at[node.name])
            for node in table.nodes
            if node.name in known and node.op not in ("placeholder", "output")
        }

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
                return symbols.is_same(left, right, self.pairs if _NAMES_NODES.search(left) else {})
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

    def _is_same_call(self, old: Node, new: Node) -> bool:
        targets = old.op == "placeholder" or old.target == new.target
        symbols = Symbols()
        return (
            targets
            and old.op == new.op
            and self.follows(old.args, new.args, symbols)
            and self.follows(old.kwargs, new.kwargs, symbols)
        )


def align(old: Table, new: Table, values: tuple[Values, Values] = ({}, {})) -> Alignment:
    """Find which nodes of two graphs are the same, and what became of the others.

    Args:
        old: the golden's graph.
        new: the record's graph.
        values: what is known of the values of the nodes of each, by name: `float32[2, 3] …`.
    """
    pairs = match_nodes(old, new, values)
    regions = find_regions(old, new, pairs)
    for region in regions:
        if len(region.removed) == len(region.added) == 1:
            pairs[region.removed[0].name] = region.added[0].name
    return Alignment(old, new, pairs, regions, values)


def align_texts(
    old: str | None, new: str | None, values: tuple[Values, Values] = ({}, {})
) -> Alignment | None:
    """Align two graph strings, one of which may be missing; None where one cannot be read."""
    try:
        left, right = (Table(()) if text is None else read_graph(text) for text in (old, new))
    except GraphError:
        return None
    return align(left, right, values)
