"""Which nodes came to stand on the other side of what they conflict with: an order that matters.

Two nodes conflict where both touch the same thing and at least one of them writes it. An order is the same
where, for each thing, its writes stand in the same order and each read stands between the same writes.
"""

import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_goldens.drift.matching.node_accesses import STORAGE, UNIVERSAL, Accesses, Resource
from graph_goldens.drift.text.line_diff import find_rising


@dataclass(frozen=True)
class Crossing:
    """A node that moved across another one, by the old graph's names.

    Attributes:
        node: the node that moved.
        other: what it crossed; empty where many nodes changed their order at once.
        thing: what both touch.
        writes: whether both write it.
        after: whether the node stands after the other one now.
    """

    node: str
    other: str
    thing: Resource
    writes: bool
    after: bool


@dataclass(frozen=True)
class Order:
    """Two orders of the same nodes.

    Attributes:
        old: the place of each node in the old graph, by its old name.
        new: the place of each node in the new graph, by its old name.
    """

    old: Mapping[str, int]
    new: Mapping[str, int]


def find_crossings(
    order: Order, accesses: tuple[Accesses, Accesses], universal: Sequence[str]
) -> tuple[Crossing, ...]:
    """Find the nodes that moved across what they conflict with.

    Args:
        order: both orders.
        accesses: what the nodes of each graph read and write, all by old names.
        universal: the nodes that depend on modes, and on whatever may change anything.
    """
    found: dict[tuple[str, str], Crossing] = {}
    for thing, touching in _group_by_thing(order, accesses).items():
        writers = [name for name, writes in touching.items() if writes]
        readers = (
            universal if thing.kind in UNIVERSAL else [n for n, writes in touching.items() if not writes]
        )
        if len(writers) and len(writers) + len(readers) > 1:
            for crossing in _find_on_thing(order, thing, writers, readers):
                found.setdefault((crossing.node, thing.kind), crossing)
    return tuple(found.values())


def _group_by_thing(order: Order, accesses: tuple[Accesses, Accesses]) -> dict[Resource, dict[str, bool]]:
    """Group the nodes by the things that either graph says they touch, with whether they write them."""
    found: dict[Resource, dict[str, bool]] = {}
    for side in accesses:
        for name, own in side.items():
            if name not in order.old:
                continue
            for access in own:
                touching = found.setdefault(access.thing, {})
                touching[name] = touching.get(name, False) or access.writes
    return found


def _find_on_thing(
    order: Order, thing: Resource, writers: Sequence[str], readers: Sequence[str]
) -> Iterator[Crossing]:
    old, new = (sorted(writers, key=_key_by(places)) for places in (order.old, order.new))
    if old != new:
        yield from _find_reordered(order, thing, old, new)
        return
    before = [[places[name] for name in old] for places in (order.old, order.new)]
    own = set(writers)
    for name in readers:
        if name in own:
            continue
        was, now = (
            bisect.bisect_right(marks, places[name])
            for marks, places in zip(before, (order.old, order.new), strict=True)
        )
        if was != now:
            crossed = old[was if now > was else was - 1]
            yield Crossing(name, crossed, thing, writes=False, after=now > was)


def _key_by(places: Mapping[str, int]) -> Callable[[str], int]:
    return places.__getitem__


def _find_reordered(
    order: Order, thing: Resource, old: Sequence[str], new: Sequence[str]
) -> Iterator[Crossing]:
    """Yield the writers that moved, as few as explain it, each with one that it passed."""
    places = {name: at for at, name in enumerate(new)}
    staying = {at for at, _ in find_rising([(at, places[name]) for at, name in enumerate(old)])}
    for at, name in enumerate(old):
        if at not in staying:
            other, after = _find_passed(order, name, new, places[name])
            yield Crossing(name, other, thing, writes=True, after=after)


def _find_passed(order: Order, name: str, new: Sequence[str], at: int) -> tuple[str, bool]:
    """Find a neighbour that stood on the other side before."""
    if at and order.old[new[at - 1]] > order.old[name]:
        return new[at - 1], True
    if at + 1 < len(new) and order.old[new[at + 1]] < order.old[name]:
        return new[at + 1], False
    return "", False


def name_thing(thing: Resource) -> str:
    """Name a thing in words, storages and objects by what first held them."""
    name = thing.name.removeprefix("%").removeprefix("self.")
    if thing.kind == STORAGE:
        return f"`{name}`"
    return f"`{name}`" if thing.name.startswith("%") else name
