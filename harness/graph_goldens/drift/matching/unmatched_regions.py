"""What was removed, added or replaced: the nodes that have no counterpart, by how they hang together."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.drift.matching.node_digests import spell_label
from graph_goldens.drift.matching.operators import name_inner_operator, name_run_operator
from graph_goldens.graphs.node_table import Node, Table


@dataclass(frozen=True)
class Region:
    """Nodes without a counterpart that hang together by dataflow.

    Attributes:
        removed: nodes of the old graph, in order.
        added: nodes of the new graph, in order; where both are there, these replace those.
    """

    removed: tuple[Node, ...]
    added: tuple[Node, ...]


class _Sets:
    """Disjoint sets of nodes of either graph."""

    def __init__(self) -> None:
        self._parents: dict[tuple[bool, str], tuple[bool, str]] = {}

    def find(self, item: tuple[bool, str]) -> tuple[bool, str]:
        root = item
        while (parent := self._parents.get(root, root)) != root:
            root = parent
        while item != root:
            self._parents[item], item = root, self._parents.get(item, root)
        return root

    def join(self, one: tuple[bool, str], other: tuple[bool, str]) -> None:
        self._parents[self.find(one)] = self.find(other)


def find_regions(old: Table, new: Table, pairs: Mapping[str, str]) -> tuple[Region, ...]:
    """Find the regions, in the order in which they stand; inputs and the output belong to none."""
    replaced = {
        before: after
        for before, after in pairs.items()
        if spell_label(old.by_name[before]) != spell_label(new.by_name[after])
        and _is_inner(old.by_name[before])
    }
    pairs = {before: after for before, after in pairs.items() if before not in replaced}
    back = {after: before for before, after in pairs.items()}
    removed = {node.name: node for node in old.nodes if node.name not in pairs and _is_inner(node)}
    added = {node.name: node for node in new.nodes if node.name not in back and _is_inner(node)}
    stepped = [Region((removed.pop(gone),), (added.pop(come),)) for gone, come in replaced.items()]
    wrapped = [
        Region((removed.pop(gone),), (added.pop(come),)) for gone, come in _pair_wrapped(removed, added)
    ]
    sets = _Sets()
    for side, nodes in ((True, removed), (False, added)):
        for node in nodes.values():
            for name in node.inputs:
                if name in nodes:
                    sets.join((side, name), (side, node.name))
    for gone, come in _find_replacements(old, new, pairs, removed, added):
        sets.join((True, gone), (False, come))
    unused = [{name for name, users in table.users.items() if not users} for table in (old, new)]
    for gone, come in _pair_alike(removed, added, pairs, unused):
        sets.join((True, gone), (False, come))
    return (*stepped, *wrapped, *_build_regions(removed, added, sets))


def _pair_wrapped(removed: Mapping[str, Node], added: Mapping[str, Node]) -> list[tuple[str, str]]:
    """Pair, in order, operators that run by themselves in one graph and within another one in the other."""
    waiting: dict[str, list[Node]] = {}
    for node in added.values():
        waiting.setdefault(name_run_operator(node), []).append(node)
    found = []
    for node in removed.values():
        others = waiting.get(name_run_operator(node))
        if others and name_inner_operator(others[0]) != name_inner_operator(node):
            found.append((node.name, others.pop(0).name))
    return found


def _is_inner(node: Node) -> bool:
    return node.op not in ("placeholder", "output")


def _find_replacements(
    old: Table, new: Table, pairs: Mapping[str, str], removed: Mapping[str, Node], added: Mapping[str, Node]
) -> Iterator[tuple[str, str]]:
    """Yield what a paired node took at a place before, and what it takes there now."""
    for name, now in pairs.items():
        before, after = old.by_name[name].inputs, new.by_name[now].inputs
        if len(before) == len(after):
            for left, right in zip(before, after, strict=True):
                if left in removed and right in added:
                    yield left, right


def _pair_alike(
    removed: Mapping[str, Node],
    added: Mapping[str, Node],
    pairs: Mapping[str, str],
    unused: Sequence[Container[str]],
) -> Iterator[tuple[str, str]]:
    """Pair nodes that nothing uses and that take the same inputs: calls for their effect alone."""
    by_inputs: dict[tuple[str, ...], list[str]] = {}
    for name, node in added.items():
        if name in unused[1]:
            by_inputs.setdefault(node.inputs, []).append(name)
    for name, node in removed.items():
        inputs = tuple(pairs.get(each, "") for each in node.inputs)
        waiting = by_inputs.get(inputs)
        if name in unused[0] and waiting:
            yield name, waiting.pop(0)


def _build_regions(removed: Mapping[str, Node], added: Mapping[str, Node], sets: _Sets) -> tuple[Region, ...]:
    groups: dict[tuple[bool, str], tuple[list[Node], list[Node]]] = {}
    for side, nodes in ((True, removed), (False, added)):
        for node in nodes.values():
            group = groups.setdefault(sets.find((side, node.name)), ([], []))
            group[0 if side else 1].append(node)
    return tuple(Region(tuple(gone), tuple(come)) for gone, come in groups.values())
