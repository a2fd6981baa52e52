"""What each node of a graph reads and writes: storages, generators, objects, modes, process groups.

Recorded effects say it. Where a golden has none, an operator's name does, and then the careful side is
taken: a node that may have side effects touches everything.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph_goldens.drift.matching.operators import has_side_effects, is_projection
from graph_goldens.graphs.effect_lines import NodeEffects
from graph_goldens.graphs.node_arguments import Group, Literal
from graph_goldens.graphs.node_table import Node, Table

Effects = Mapping[str, NodeEffects]

STORAGE = "storage"
GENERATOR = "generator"
OBJECT = "object"
MODE = "mode"
PROCESSES = "process group"
ANYTHING = "anything"

# What every call depends on, though no argument says so.
UNIVERSAL = (MODE, ANYTHING)

_NONE = NodeEffects()
_INDEX = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class Resource:
    """What nodes may conflict on.

    Attributes:
        kind: one of the kinds above.
        name: `%x`, `%topk[0]` or `self.norm.running_mean` for a storage; a device, an object, a mode, a
            group.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Access:
    """A thing that a node reads or writes; two draws, acts or calls of one group are writes of it."""

    thing: Resource
    writes: bool


Accesses = Mapping[str, tuple[Access, ...]]


def moves_freely(node: Node, values: Mapping[str, str]) -> bool:
    """Whether a node only takes an item out of a tuple, or fetches a graph or an attribute."""
    if node.op in ("placeholder", "get_attr", "output"):
        return True
    if not is_projection(node) or not isinstance(node.args, Group) or len(node.args.items) != 2:
        return False
    index = node.args.items[1]
    plain = isinstance(index, Literal) and _INDEX.fullmatch(index.text) is not None
    source = values.get(node.inputs[0], "") if node.inputs else ""
    return plain and re.match(r"\w+\[", source) is None


def find_accesses(table: Table, values: Mapping[str, str], effects: Effects | None) -> Accesses:
    """Find what each node reads and writes, by its name; nodes that do neither are left out.

    Args:
        table: the graph.
        values: what is known of the values of its nodes.
        effects: the recorded effects of its nodes; None where none were recorded.
    """
    if effects is None:
        anything = (Access(Resource(ANYTHING, ""), True),)
        return {node.name: anything for node in table.nodes if has_side_effects(node, values)}
    told = _name_attributes(table, effects)
    storages = _find_storages(table, values, told)
    found = ((node, tuple(_list_accesses(node, values, told, storages))) for node in table.nodes)
    return {node.name: accesses for node, accesses in found if accesses}


def _name_attributes(table: Table, effects: Effects) -> Effects:
    """Name what nodes fetch by the attribute: as often as it is fetched, it is one thing."""
    fetched = {f"%{node.name}": f"self.{node.target}" for node in table.nodes if node.op == "get_attr"}

    def rename(things: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fetched.get(thing, thing) for thing in things))

    named = {
        name: replace(own, writes=rename(own.writes), shares=rename(own.shares), acts=rename(own.acts))
        for name, own in effects.items()
    }
    unnamed = {name[1:]: NodeEffects(shares=(attribute,)) for name, attribute in fetched.items()}
    return {**unnamed, **named}


def _find_storages(
    table: Table, values: Mapping[str, str], effects: Effects
) -> Mapping[str, tuple[str, ...]]:
    """Find the storages that each node's value lies in."""
    found: dict[str, tuple[str, ...]] = {}
    items = _list_items(effects)
    for node in table.nodes:
        own = effects.get(node.name, _NONE)
        if is_projection(node) and moves_freely(node, values):
            source = node.inputs[0]
            kept = [each for each in found.get(source, ()) if each.partition("[")[0] != f"%{source}"]
            found[node.name] = (*kept, f"%{source}[{_read_index(node)}]")
        else:
            found[node.name] = (*own.shares, *items.get(node.name, ())) or (f"%{node.name}",)
    return found


def _list_items(effects: Effects) -> Mapping[str, tuple[str, ...]]:
    """List the items of several that effects name, by the node that gives them."""
    found: dict[str, dict[str, None]] = {}
    for each in effects.values():
        for name in (*each.writes, *each.shares):
            if name.startswith("%") and name.endswith("]"):
                found.setdefault(name[1:].partition("[")[0], {})[name] = None
    return {name: tuple(items) for name, items in found.items()}


def _read_index(node: Node) -> str:
    index = node.args.items[1] if isinstance(node.args, Group) else None
    return index.text if isinstance(index, Literal) else ""


def list_changed(own: NodeEffects) -> tuple[Resource, ...]:
    """List what a node with these effects changes: what others that read or change it conflict with."""
    changed = (
        *((STORAGE, name) for name in own.writes),
        *((GENERATOR, name) for name in own.draws),
        *((OBJECT, name) for name in own.acts),
        *((MODE, name) for name in own.sets),
        *((PROCESSES, name) for name in own.uses),
        *((ANYTHING, "") for _ in range(own.unknown)),
    )
    return tuple(Resource(*each) for each in changed)


def _list_accesses(
    node: Node, values: Mapping[str, str], effects: Effects, storages: Mapping[str, Sequence[str]]
) -> Iterator[Access]:
    own = effects.get(node.name, _NONE)
    yield from (Access(each, True) for each in list_changed(own))
    if moves_freely(node, values):
        return
    # A view of what it shares reads nothing of it: whoever uses the view does.
    known = {*own.writes, *own.shares}
    read = dict.fromkeys(name for each in node.inputs for name in storages.get(each, ()))
    yield from (Access(Resource(STORAGE, name), False) for name in read if name not in known)


def rename_accesses(accesses: Accesses, names: Mapping[str, str]) -> Accesses:
    """Name nodes, and what they touch, as another graph does; what it lacks gets a name of its own."""
    return {
        names.get(node, f"+{node}"): tuple(
            Access(Resource(each.thing.kind, _rename(each.thing.name, names)), each.writes) for each in own
        )
        for node, own in accesses.items()
    }


def _rename(name: str, names: Mapping[str, str]) -> str:
    if not name.startswith("%"):
        return name
    owner, bracket, item = name[1:].partition("[")
    return f"%{names.get(owner, f'+{owner}')}{bracket}{item}"


def find_writers_before(table: Table, accesses: Accesses, *, recorded: bool) -> dict[str, tuple[str, ...]]:
    """Find for each node that writes a thing the one that wrote it before.

    Args:
        table: the graph.
        accesses: what its nodes read and write.
        recorded: whether effects were recorded; then reads have their place in the order too.
    """
    last: dict[Resource, str] = {}
    found: dict[str, tuple[str, ...]] = {}
    for node in table.nodes:
        own = accesses.get(node.name, ())
        before = dict.fromkeys(
            last[access.thing] for access in own if access.thing in last and (recorded or access.writes)
        )
        if before:
            found[node.name] = tuple(before)
        last |= {access.thing: node.name for access in own if access.writes}
    return found
