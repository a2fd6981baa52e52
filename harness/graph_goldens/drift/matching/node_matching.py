"""Which node of one graph is which of another, found by dataflow first and by order last.

Every step is linear, or near it, in the number of nodes, and only adds pairs that earlier steps left open:
inputs by name; nodes that are computed alike and used alike; computed alike; used alike; then neighbours of
pairs; then what stands in the same order. What is left was removed or added.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence

from graph_goldens.drift.matching.digested_graphs import DigestedGraphs, Digests
from graph_goldens.drift.matching.node_accesses import (
    Effects,
    find_accesses,
    find_writers_before,
    list_changed,
)
from graph_goldens.drift.matching.node_digests import SYMBOL, Before, Skipped, digest_arguments, find_skipped
from graph_goldens.drift.matching.node_equality import count_differing_arguments, pair_by_place
from graph_goldens.drift.matching.operators import classify_value
from graph_goldens.drift.text.line_diff import find_common_lines
from graph_goldens.graphs.node_table import Node, Table

_SUFFIX = re.compile(r"(?:_\d+)+$")
_MOST_SUBSTITUTED = 3  # more operators than these that became others are another computation, told as one
_LONGEST_WALK = 5_000
_NUMBERED_INPUT = re.compile(r"(?:arg|primals_|tangents_|input_|s|u)\d+(?:_\d+)?")


def names_alone(name: str) -> str:
    """Return what a name says of an input: nothing, where it only numbers it."""
    return "" if _NUMBERED_INPUT.fullmatch(name) else _SUFFIX.sub("", name)


def match_nodes(
    old: Table,
    new: Table,
    values: tuple[Mapping[str, str], Mapping[str, str]],
    effects: tuple[Effects | None, Effects | None] = (None, None),
    sources: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}),
) -> dict[str, str]:
    """Find for each node of the old graph that is still there its name in the new one.

    Args:
        old: the one graph.
        new: the other.
        values: what is known of the values of the nodes of each.
        effects: the recorded effects of the nodes of each; None where none were recorded.
        sources: what the inputs of each are bound to, where that is told: symbols that are inputs are
            numbered anew in every capture.
    """
    pairs = pair_by_place(old, new)
    if pairs is not None:
        return pairs
    before = tuple(_find_before(*each) for each in zip((old, new), values, effects, strict=True))
    digested = DigestedGraphs(old, new, before)
    pairs = _Matching(digested, values, sources).find_pairs(uses_first=False)
    differing = count_differing_arguments(old, new, pairs)
    if not differing:
        return pairs
    others = _Matching(digested, values, sources).find_pairs(uses_first=True)
    better = count_differing_arguments(old, new, others) - 2 * len(others) < differing - 2 * len(pairs)
    return others if better else pairs


def _find_before(table: Table, values: Mapping[str, str], effects: Effects | None) -> Before:
    if effects is not None and not any(map(list_changed, effects.values())):
        return {}
    return find_writers_before(table, find_accesses(table, values, effects), recorded=effects is not None)


class _Matching:
    """Two graphs, and the pairs of nodes found so far."""

    def __init__(
        self,
        digested: DigestedGraphs,
        values: tuple[Mapping[str, str], Mapping[str, str]],
        sources: tuple[Mapping[str, str], Mapping[str, str]],
    ) -> None:
        self._digested = digested
        self._old, self._new, self._labels = digested.old, digested.new, digested.labels
        self._values = values
        self._sources = sources
        self._pairs: dict[str, str] = {}
        self._taken: set[str] = set()
        tables = self._old, self._new
        self._inputs = [[node for node in table.nodes if node.op == "placeholder"] for table in tables]
        self._inner = [[node for node in table.nodes if node.op != "placeholder"] for table in tables]

    def find_pairs(self, *, uses_first: bool) -> dict[str, str]:
        """Find all pairs; at first, nodes with side effects must also stand in the same order.

        Args:
            uses_first: whether being used alike counts for more than being computed alike.
        """
        self._match_inputs(self._digested.digest_use(ordered=False))
        for ordered in (True, False):
            up = self._digested.digest_computation(self._pairs, ordered=ordered)
            down = self._digested.digest_use(ordered=ordered)
            for keys in (_key_by_both(up, down), *map(_key_by_one, (down, up) if uses_first else (up, down))):
                self._match_equal(keys)
            self._spread(self._pairs)
        self._step_over_targets()
        self._match_past_skipped()
        self._step_over_targets()
        self._match_in_order(_label_with_literals)
        self._match_in_order(_label_without_literals)
        self._spread(self._pairs)
        return self._pairs

    def _match_past_skipped(self) -> None:
        """Match what is computed and used alike once aliases and folded constants count for nothing."""
        if not all(self._keep_open(table.nodes, side) for side, table in enumerate((self._old, self._new))):
            return
        skipped = find_skipped(self._old), find_skipped(self._new)
        up, down = self._digested.digest_past(skipped, self._pairs)
        for keys in (_key_by_both(up, down), _key_by_one(up), _key_by_one(down)):
            self._match_equal(_leave_out(keys, skipped))
        self._spread(self._pairs)

    def _step_over_targets(self) -> None:
        """Pair nodes that call something else between neighbours that pair, as `sin` that became `cos`."""
        used_by_open = {name for node in self._keep_open(self._inner[0], 0) for name in node.inputs}
        for old in [name for name in self._pairs if name in used_by_open]:
            if run := self._walk_in_step(old, self._pairs[old]):
                for pair in run:
                    self._pair(*pair)
                self._spread([each for each, _ in run])

    def _walk_in_step(self, old: str, new: str) -> list[tuple[str, str]]:
        """Walk from a pair down both graphs, where one node alone goes on in each, until nodes pair again.

        On the way each operator stands for one other, and for none that stands on the other side too: else
        the two are out of step.
        """
        run: list[tuple[str, str]] = []
        stands_for: dict[str, str] = {}
        taken: dict[str, str] = {}
        while len(run) < _LONGEST_WALK:
            users = self._find_only_users(old, new)
            if users is None:
                return run if run and self._ends_alike(old, new) else []
            left, right = self._labels[0][users[0]], self._labels[1][users[1]]
            run.append(users)
            if left == right:
                return run if len(run) > 1 else []
            if stands_for.setdefault(left, right) != right or taken.setdefault(right, left) != left:
                return []
            if right in stands_for or left in taken or len(taken) > _MOST_SUBSTITUTED:
                return []
            old, new = users
        return []

    def _find_only_users(self, old: str, new: str) -> tuple[str, str] | None:
        """Find the one open user of either node, where both use it at the same places of as many."""
        left = [name for name in self._old.users.get(old, ()) if name not in self._pairs]
        right = [name for name in self._new.users.get(new, ()) if name not in self._taken]
        if len(left) != 1 or len(right) != 1:
            return None
        one, other = self._old.by_name[left[0]], self._new.by_name[right[0]]
        places = [[name == own for name in node.inputs] for node, own in ((one, old), (other, new))]
        inner = one.op == other.op and one.op.startswith("call_") and places[0] == places[1]
        if not inner or not all(map(self._may_stand_beside, one.inputs, other.inputs)):
            return None
        return left[0], right[0]

    def _may_stand_beside(self, old: str, new: str) -> bool:
        """Whether two inputs may be the same: they are paired, or both are open and call the same."""
        if old in self._pairs or new in self._taken:
            return self._pairs.get(old) == new
        one, other = self._labels[0].get(old), self._labels[1].get(new)
        return one == other or self._old.by_name[old].op == self._new.by_name[new].op == "call_function"

    def _ends_alike(self, old: str, new: str) -> bool:
        """Whether what uses two nodes is paired already, one with the other."""
        left, right = self._old.users.get(old, ()), self._new.users.get(new, ())
        return bool(left) and [self._pairs.get(name) for name in left] == list(right)

    def _pair(self, old: str, new: str) -> None:
        self._pairs[old] = new
        self._taken.add(new)

    def _keep_open(self, nodes: Iterable[Node], side: int) -> list[Node]:
        """Keep the nodes of the old graph, side 0, or the new one that no pair has yet."""
        known = self._taken if side else self._pairs
        return [node for node in nodes if node.name not in known]

    def _match_inputs(self, down: Digests) -> None:
        """Match inputs: by names that say something, by how they are used, by their values, by place."""
        numbered: Callable[[Node], bool] = lambda node: bool(_NUMBERED_INPUT.fullmatch(node.name))  # noqa: E731
        keys: Sequence[Callable[[Node, int], Hashable]] = (
            lambda node, side: self._sources[side].get(node.name),
            lambda node, _: None if numbered(node) else node.name,
            lambda node, side: (down[side].get(node.name), self._find_value(node, side), node.name),
            lambda node, side: (down[side].get(node.name), self._find_value(node, side)),
            lambda node, side: self._name_input(node, side),
            lambda node, side: self._find_value(node, side) if numbered(node) else None,
            lambda node, side: (node.name, self._find_known_kind(node, side)),
            lambda node, side: (self._find_known_kind(node, side), numbered(node)),
        )
        for key in keys:
            self._match_by(key)
        self._match_other_inputs()

    def _match_other_inputs(self) -> None:
        """Match inputs that are left by their places, where all of them may be the same."""
        old, new = (self._keep_open(nodes, side) for side, nodes in enumerate(self._inputs))
        kinds = [
            [self._find_known_kind(node, side) for node in nodes] for side, nodes in enumerate((old, new))
        ]
        if len(old) == len(new) and all(a == b or not (a and b) for a, b in zip(*kinds, strict=True)):
            for left, right in zip(old, new, strict=True):
                self._pair(left.name, right.name)

    def _name_input(self, node: Node, side: int) -> Hashable:
        """Build a key of a name and what is known of the value; a number by itself names nothing."""
        value = self._find_value(node, side)
        return (node.name, value) if value or not _NUMBERED_INPUT.fullmatch(node.name) else None

    def _find_known_kind(self, node: Node, side: int) -> str:
        return classify_value(self._values[side].get(node.name, "")).value

    def _find_value(self, node: Node, side: int) -> str:
        return SYMBOL.sub(r"\1", self._values[side].get(node.name, ""))

    def _match_equal(self, keys: tuple[Callable[[str], Hashable], Callable[[str], Hashable]]) -> None:
        """Match nodes of equal keys in their order, where both graphs have as many of them."""
        left, right = (
            [(node.name, keys[side](node.name)) for node in self._keep_open(nodes, side)]
            for side, nodes in enumerate(self._inner)
        )
        counts, others = Counter(key for _, key in left), Counter(key for _, key in right)
        even = {key for key, number in counts.items() if key is not None and others[key] == number}
        self._pair_equal(
            [each for each in left if each[1] in even], [each for each in right if each[1] in even]
        )

    def _match_by(self, key: Callable[[Node, int], Hashable]) -> None:
        """Match inputs of equal keys in their order; a key that is None matches nothing."""
        left, right = (
            [(node.name, key(node, side)) for node in self._keep_open(nodes, side)]
            for side, nodes in enumerate(self._inputs)
        )
        self._pair_equal(left, right)

    def _pair_equal(self, old: Iterable[tuple[str, Hashable]], new: Iterable[tuple[str, Hashable]]) -> None:
        """Pair names of equal keys in their order; a key that is None is equal to none."""
        waiting: dict[Hashable, deque[str]] = defaultdict(deque)
        for name, key in new:
            if key is not None:
                waiting[key].append(name)
        for name, key in old:
            if names := waiting.get(key):
                self._pair(name, names.popleft())

    def _spread(self, start: Iterable[str]) -> None:
        """From each pair to what both use at the same place, and to what alone uses both in the same way."""
        work = deque(start)
        while work:
            old = work.popleft()
            left, right = self._old.by_name[old], self._new.by_name[self._pairs[old]]
            for pair in (*self._pair_inputs(left, right), *self._pair_users(left.name, right.name)):
                if self._may_pair(*pair):
                    self._pair(*pair)
                    work.append(pair[0])

    def _may_pair(self, old: str, new: str) -> bool:
        free = old not in self._pairs and new not in self._taken
        left, right = self._old.by_name.get(old), self._new.by_name.get(new)
        if not free or left is None or right is None or "placeholder" in (left.op, right.op):
            return False
        return self._labels[0][old] == self._labels[1][new]

    def _pair_inputs(self, old: Node, new: Node) -> Iterator[tuple[str, str]]:
        left, right = old.inputs, new.inputs
        if self._pairs.keys() >= set(left):  # as of most nodes
            return
        if self._labels[0][old.name] == self._labels[1][new.name] and len(left) == len(right):
            yield from zip(left, right, strict=True)

    def _pair_users(self, old: str, new: str) -> Iterator[tuple[str, str]]:
        left = _group_by_label(self._old.users.get(old, ()), self._labels[0], self._pairs)
        if not left:  # as of most nodes
            return
        right = _group_by_label(self._new.users.get(new, ()), self._labels[1], self._taken)
        for key, names in left.items():
            if len(names) == 1 and len(right.get(key, ())) == 1:
                yield names[0], right[key][0]

    def _match_in_order(self, word: Callable[[Node, str], str]) -> None:
        """Match what is left by what it calls, in its order."""
        old, new = (self._keep_open(nodes, side) for side, nodes in enumerate(self._inner))
        left = [word(node, self._labels[0][node.name]) for node in old]
        right = [word(node, self._labels[1][node.name]) for node in new]
        for i, j in _find_common(left, right):
            self._pair(old[i].name, new[j].name)


def _find_common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Find the places of words in common: the same ones in either direction, where several are possible."""
    if (len(new), new) < (len(old), old):
        return [(i, j) for j, i in find_common_lines(new, old)]
    return find_common_lines(old, new)


def _label_with_literals(node: Node, called: str) -> str:
    return f"{called} {digest_arguments(node, {})}"


def _label_without_literals(node: Node, called: str) -> str:
    return called


def _group_by_label(
    names: Iterable[str], labels: Mapping[str, str], known: Container[str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if name not in known:
            found[labels[name]].append(name)
    return found


Keys = tuple[Callable[[str], Hashable], Callable[[str], Hashable]]


def _key_by_one(digests: Digests) -> Keys:
    left, right = digests
    return left.get, right.get


def _key_by_both(one: Digests, other: Digests) -> Keys:
    return (
        lambda name: (one[0].get(name), other[0].get(name)),
        lambda name: (one[1].get(name), other[1].get(name)),
    )


def _leave_out(keys: Keys, skipped: tuple[Skipped, Skipped]) -> Keys:
    """Let nodes that count as something simpler have no key of their own."""
    return _leave_out_one(keys[0], skipped[0]), _leave_out_one(keys[1], skipped[1])


def _leave_out_one(key: Callable[[str], Hashable], skipped: Skipped) -> Callable[[str], Hashable]:
    return lambda name: None if name in skipped.aliases or name in skipped.folded else key(name)
