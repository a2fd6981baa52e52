"""Two graphs and the digests of their nodes, each of which is made once."""

from collections.abc import Mapping
from typing import TypeAlias

from graph_goldens.drift.matching.node_digests import (
    NOTHING_SKIPPED,
    Before,
    Skipped,
    digest_computation,
    digest_literals,
    digest_use,
    spell_label,
)
from graph_goldens.graphs.node_table import Table

Digests: TypeAlias = tuple[Mapping[str, int], Mapping[str, int]]
"""For each node its digest, of the one graph and of the other."""

_LOOSE: tuple[Before, ...] = ({}, {})
_NONE_SKIPPED = NOTHING_SKIPPED, NOTHING_SKIPPED


class DigestedGraphs:
    """Two graphs, and what was digested of them so far.

    Attributes:
        old: the one graph.
        new: the other.
        labels: what each node of either calls.
        ordered: whether side effects have an order in either that matters.
    """

    def __init__(self, old: Table, new: Table, before: tuple[Before, ...]) -> None:
        self.old, self.new = old, new
        self.labels = _label_nodes(old), _label_nodes(new)
        self.ordered = any(before)
        self._before = before
        self._literals = digest_literals(old), digest_literals(new)
        self._used: dict[bool, Digests] = {}
        self._computed: dict[tuple[bool, tuple[str, ...]], Digests] = {}

    def digest_use(self, *, ordered: bool) -> Digests:
        """Digest how nodes are used, their order included or not."""
        ordered = ordered and self.ordered
        if ordered not in self._used:
            self._used[ordered] = self._digest_use(self._before if ordered else _LOOSE, _NONE_SKIPPED)
        return self._used[ordered]

    def digest_computation(self, pairs: Mapping[str, str], *, ordered: bool) -> Digests:
        """Digest how nodes are computed, the inputs that are paired being the same."""
        ordered = ordered and self.ordered
        inputs = self._name_inputs(pairs)
        known = ordered, tuple(inputs[1].values())
        if known not in self._computed:
            before = self._before if ordered else _LOOSE
            self._computed[known] = self._digest_computation(before, inputs, _NONE_SKIPPED)
        return self._computed[known]

    def digest_past(self, skipped: tuple[Skipped, Skipped], pairs: Mapping[str, str]) -> tuple[Digests, ...]:
        """Digest how nodes are computed and used where some count as something simpler, in any order."""
        inputs = self._name_inputs(pairs)
        return self._digest_computation(_LOOSE, inputs, skipped), self._digest_use(_LOOSE, skipped)

    def _name_inputs(self, pairs: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        back = {new: old for old, new in pairs.items()}
        return (
            {node.name: f"old {node.name}" for node in self.old.placeholders},
            {
                node.name: f"old {back[node.name]}" if node.name in back else f"new {node.name}"
                for node in self.new.placeholders
            },
        )

    def _digest_use(self, before: tuple[Before, ...], skipped: tuple[Skipped, Skipped]) -> Digests:
        (old, new), (left, right) = self.labels, self._literals
        return (
            digest_use(self.old, before[0], old, left, skipped[0]),
            digest_use(self.new, before[1], new, right, skipped[1]),
        )

    def _digest_computation(
        self,
        before: tuple[Before, ...],
        inputs: tuple[Mapping[str, str], Mapping[str, str]],
        skipped: tuple[Skipped, Skipped],
    ) -> Digests:
        return (
            digest_computation(self.old, before[0], self.labels[0], inputs[0], skipped[0]),
            digest_computation(self.new, before[1], self.labels[1], inputs[1], skipped[1]),
        )


def _label_nodes(table: Table) -> dict[str, str]:
    return {node.name: spell_label(node) for node in table.nodes}
