"""Which body of a higher-order operator is which: by who calls it and what it holds, not by name."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.drift.matching.node_digests import digest_arguments, spell_label
from graph_goldens.drift.matching.operators import canonicalise
from graph_goldens.graphs.node_table import Node, Table


@dataclass(frozen=True)
class CalledGraph:
    """A graph that another one's operators run.

    Attributes:
        name: its full name.
        callers: what runs it, and at which place of its arguments, in the order of the calls.
        content: a digest of what it computes, without names; None where it cannot be read.
    """

    name: str
    callers: tuple[tuple[str, int], ...]
    content: int | None


def find_bodies(graph: str, tables: Mapping[str, Table | None]) -> list[CalledGraph]:
    """Find the bodies of a graph's operators, in the order in which they are first called.

    Args:
        graph: the graph's name.
        tables: the nodes of each graph of the record by name; None where they cannot be read.
    """
    names = [name for name in tables if name.rpartition(".")[0] == graph]
    table = tables.get(graph)
    found = [
        CalledGraph(name, _find_callers(name.removeprefix(f"{graph}."), table), digest_content(name, tables))
        for name in names
    ]
    places = {node.target: at for at, node in enumerate(table.nodes)} if table else {}
    return sorted(found, key=lambda body: places.get(body.name.removeprefix(f"{graph}."), len(places)))


def _find_callers(leaf: str, table: Table | None) -> tuple[tuple[str, int], ...]:
    if table is None:
        return ()
    own = {node.name for node in table.nodes if node.op == "get_attr" and node.target == leaf}
    return tuple(
        (canonicalise(node.target), place)
        for node in table.nodes
        for place, name in enumerate(node.inputs)
        if name in own
    )


def digest_content(graph: str, tables: Mapping[str, Table | None]) -> int | None:
    """Digest what a graph computes, and does on the way, without the names of its nodes and bodies."""
    table = tables.get(graph)
    if table is None:
        return None
    digests: dict[str, int] = {}
    for place, node in enumerate(table.nodes):
        digests[node.name] = hash(_describe(node, place, graph, tables, digests))
    kept = (digests[node.name] for node in table.nodes if not table.users.get(node.name))
    return hash(tuple(kept))


def _describe(
    node: Node, place: int, graph: str, tables: Mapping[str, Table | None], digests: Mapping[str, int]
) -> Hashable:
    if node.op == "placeholder":
        return "input", place
    if node.op == "get_attr" and f"{graph}.{node.target}" in tables:
        return "graph", digest_content(f"{graph}.{node.target}", tables)
    return spell_label(node), digest_arguments(node, digests)


def pair_bodies(old: Sequence[CalledGraph], new: Sequence[CalledGraph]) -> dict[str, str]:
    """Pair the bodies of two graphs: by content and callers first, then by content, then by callers.

    What is left is paired by name, and then in order where as many are left on both sides.
    """
    pairs: dict[str, str] = {}
    keys: Sequence[Callable[[CalledGraph], Hashable]] = (
        lambda body: (body.callers, body.content) if body.content is not None else None,
        lambda body: body.content,
        lambda body: (body.callers, body.name.rpartition(".")[2]) if body.callers else None,
        lambda body: body.callers or None,
        lambda body: body.name.rpartition(".")[2],
    )
    for key in keys:
        _pair_by(key, old, new, pairs)
    taken = set(pairs.values())
    left = [body.name for body in old if body.name not in pairs]
    right = [body.name for body in new if body.name not in taken]
    return {**pairs, **(dict(zip(left, right, strict=True)) if len(left) == len(right) else {})}


def _pair_by(
    key: Callable[[CalledGraph], Hashable],
    old: Sequence[CalledGraph],
    new: Sequence[CalledGraph],
    pairs: dict[str, str],
) -> None:
    """Pair bodies of equal keys in their order."""
    taken = set(pairs.values())
    waiting: dict[Hashable, list[str]] = {}
    for body in new:
        if body.name not in taken and (found := key(body)) is not None:
            waiting.setdefault(found, []).append(body.name)
    for body in old:
        if body.name not in pairs and (names := waiting.get(key(body))):
            pairs[body.name] = names.pop(0)
