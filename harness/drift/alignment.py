"""Nodes of two graphs aligned by dataflow: which node of the one is which of the other."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.graphs import GraphError, Node, Table, read_graph


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
    """

    old: Table
    new: Table
    pairs: Mapping[str, str]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every node of either graph, in an order in which both can be read downwards."""
        back = {new: old for old, new in self.pairs.items()}
        rows = [Row(RowChange.REMOVED, node, None) for node in self.old.nodes if node.name not in self.pairs]
        for node in self.new.nodes:
            other = self.old.by_name.get(back.get(node.name, ""))
            change = RowChange.SAME if other == node else RowChange.CHANGED
            rows.append(Row(change if other else RowChange.ADDED, other, node))
        return tuple(rows)


def align(old: Table, new: Table) -> Alignment:
    """Find which nodes of two graphs are the same."""
    return Alignment(old, new, {name: name for name in old.by_name if name in new.by_name})


def align_texts(old: str | None, new: str | None) -> Alignment | None:
    """Align two graph strings, one of which may be missing; None where one cannot be read."""
    try:
        tables = [Table(()) if text is None else read_graph(text) for text in (old, new)]
    except GraphError:
        return None
    return align(*tables)
