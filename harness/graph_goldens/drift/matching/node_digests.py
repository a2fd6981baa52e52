"""Digests of a graph's nodes: how each is computed, and how each is used, without any names."""

import re
from collections import defaultdict
from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from graph_goldens.drift.matching.operators import canonicalise, is_alias, name_inner_operator
from graph_goldens.drift.text.tokens import SYMBOL_KINDS
from graph_goldens.graphs.node_arguments import Argument, Literal, Ref
from graph_goldens.graphs.node_table import Node, Table

Before = Mapping[str, tuple[str, ...]]

SYMBOL = re.compile(rf"\b({SYMBOL_KINDS})\d+\b")
_NAME_IN_TEXT = re.compile(r"'\w+'")


def spell_label(node: Node) -> str:
    """What a node calls, in a form that says when two nodes may be the same one."""
    return f"{node.op} {canonicalise(node.target)} {name_inner_operator(node)}"


def digest_arguments(node: Node, digests: Mapping[str, int]) -> Hashable:
    """Replace the nodes in a node's arguments with their digests."""
    return _digest_argument(node.args, digests), _digest_argument(node.kwargs, digests)


def _digest_argument(argument: Argument, digests: Mapping[str, int]) -> Hashable:
    """Replace references with digests, and drop the names of symbols and of nodes in texts."""
    if isinstance(argument, Ref):
        return digests.get(argument.name, 0)
    if isinstance(argument, Literal):
        return _drop_names(argument.text)
    items = tuple([_digest_argument(item, digests) for item in argument.items])
    return argument.opening, argument.keys, items


@lru_cache(maxsize=1 << 14)
def _drop_names(text: str) -> str:
    return _NAME_IN_TEXT.sub("''", SYMBOL.sub(r"\1", text))


def digest_literals(table: Table) -> dict[str, int]:
    """Digest beside which literals each node takes what it uses."""
    return {node.name: hash(digest_arguments(node, {})) for node in table.nodes}


@dataclass(frozen=True)
class Skipped:
    """Nodes that count as something simpler.

    Attributes:
        aliases: nodes that stand for what they are an alias of.
        folded: nodes that are computed from no input, and may stand for a constant.
    """

    aliases: Container[str] = frozenset()
    folded: Container[str] = frozenset()


NOTHING_SKIPPED = Skipped()


def find_skipped(table: Table) -> Skipped:
    """Find the aliases of a graph, and what it computes from no input at all."""
    varying: set[str] = set()
    for node in table.nodes:
        if node.op in ("placeholder", "output", "call_module") or varying.intersection(node.inputs):
            varying.add(node.name)
    aliases = {node.name for node in table.nodes if is_alias(node) and len(node.inputs) == 1}
    return Skipped(aliases, {node.name for node in table.nodes} - varying)


def digest_computation(
    table: Table,
    before: Before,
    labels: Mapping[str, str],
    inputs: Mapping[str, str],
    skipped: Skipped = NOTHING_SKIPPED,
) -> dict[str, int]:
    """Digest how each node is computed, from the inputs on.

    Args:
        table: the graph.
        before: for each node what it may not come to stand before, where that order matters.
        labels: what each node calls.
        inputs: what to call each input: the same in both graphs where they are paired.
        skipped: nodes that count as something simpler.
    """
    digests: dict[str, int] = {}
    for node in table.nodes:
        if node.op == "placeholder":
            digests[node.name] = hash(("input", inputs[node.name]))
        elif node.name in skipped.aliases:
            digests[node.name] = digests.get(node.inputs[0], 0)
        elif node.name in skipped.folded:
            digests[node.name] = hash("constant")
        else:
            effect = tuple(digests.get(name, 0) for name in before.get(node.name, ()))
            digests[node.name] = hash((labels[node.name], digest_arguments(node, digests), effect))
    return digests


def digest_use(
    table: Table,
    before: Before,
    labels: Mapping[str, str],
    literals: Mapping[str, int],
    skipped: Skipped = NOTHING_SKIPPED,
) -> dict[str, int]:
    """Digest how each node is used, from the output back: by what, at which place, beside which literals.

    Args:
        table: the graph.
        before: for each node what it may not come to stand before, where that order matters.
        labels: what each node calls.
        literals: the digests of each node's literals.
        skipped: nodes that count as something simpler.
    """
    digests: dict[str, int] = {}
    uses: dict[str, list[int]] = defaultdict(list)
    for node in reversed(table.nodes):
        own = hash((labels[node.name] if node.op != "placeholder" else "", tuple(sorted(uses[node.name]))))
        digests[node.name] = own
        if node.name in skipped.aliases:
            uses[node.inputs[0]] += uses[node.name]
            continue
        for place, name in enumerate(node.inputs):
            uses[name].append(hash((own, place, literals[node.name])))
        for name in before.get(node.name, ()):
            uses[name].append(hash((own, "effect")))
    return digests
