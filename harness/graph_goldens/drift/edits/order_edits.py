"""What stands in another order, and what was crossed where that matters."""

from collections.abc import Iterator, Sequence

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.replacement_edits import spell_list
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.matching.conflicts import Crossing, name_thing
from graph_goldens.drift.matching.node_accesses import (
    ANYTHING,
    GENERATOR,
    MODE,
    OBJECT,
    PROCESSES,
    STORAGE,
)
from graph_goldens.drift.matching.operators import generalise_target, sets_mode, shorten_target
from graph_goldens.words import format_count, join_some

_BOTH = {
    STORAGE: "write {thing}",
    GENERATOR: "draw random numbers from {thing}",
    OBJECT: "act on {thing}",
    MODE: "set {thing}",
    PROCESSES: "use process group {thing}",
}


def find_order_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    """Find the edits of the order: one for each kind of conflict that was crossed, or one for all moves."""
    crossings, moved = alignment.crossings, alignment.moved
    if crossings:
        alike: dict[str, list[Crossing]] = {}
        for crossing in crossings:
            alike.setdefault(_spell_pattern(alignment, crossing), []).append(crossing)
        for pattern, found in alike.items():
            sentence = _spell_crossings(alignment, found)
            yield Edit(DriftClass.OPERATORS, where, sentence, pattern=pattern)
    elif moved:
        first = _spell_place(alignment, moved[0])
        more = f", and {format_count(len(moved) - 1, 'more node')} moved" if len(moved) > 1 else ""
        yield Edit(DriftClass.REORDERED, where, f"{first}{more}", pattern="reordered")


def _spell_pattern(alignment: Alignment, crossing: Crossing) -> str:
    """Say what was crossed, without names: by the kind of thing, and what writes it."""
    if crossing.thing.kind == ANYTHING:
        return f"across a side effect: {_name_effectful(alignment, crossing)}"
    way = "order of writes" if crossing.writes else "read across a write"
    if crossing.thing.kind == MODE:
        return f"across a mode: {crossing.thing.name}"
    names = [crossing.other, crossing.node] if crossing.writes else [crossing.other]
    targets = sorted({generalise_target(alignment.old.by_name[name]) for name in names if name})
    return f"{way}: {crossing.thing.kind} by {', '.join(targets)}"


def _name_effectful(alignment: Alignment, crossing: Crossing) -> str:
    """Name what may do anything: to cross a mode, a random number, a write are different changes."""
    both = [alignment.old.by_name[name] for name in (crossing.other, crossing.node) if name]
    crossed = next(filter(sets_mode, both), both[0])
    space, dot, _ = crossed.target.removeprefix("torch.ops.").partition(".")
    general = generalise_target(crossed)
    return f"{general} of {space}" if dot and general == "a custom operator" else general


def _spell_crossings(alignment: Alignment, crossings: Sequence[Crossing]) -> str:
    if crossings[0].thing.kind == ANYTHING:
        return _spell_unknown(alignment, [each.node for each in crossings])
    more = len(crossings) - 1
    return spell_crossing(crossings[0]) + (
        f", and {format_count(more, 'more node')} likewise" if more else ""
    )


def _spell_unknown(alignment: Alignment, nodes: Sequence[str]) -> str:
    targets = [shorten_target(alignment.old.by_name[name]) for name in nodes]
    words = f"{join_some([f'`%{name}`' for name in nodes])} moved across a side effect"
    return f"{words} ({spell_list(targets)})"


def spell_crossing(crossing: Crossing) -> str:
    """Say in a sentence which node crossed which, and what both touch."""
    thing, node, other = name_thing(crossing.thing), crossing.node, crossing.other
    if crossing.writes:
        both = f"`{node}` and `{other}`" if other else f"`{node}` and others"
        return f"{both} {_BOTH[crossing.thing.kind].format(thing=thing)} in another order"
    time = "after" if crossing.after else "before"
    if crossing.thing.kind == MODE:
        return f"`{node}` runs {time} `{other}`{' set' if crossing.after else ' sets'} {thing}"
    verb = "wrote" if crossing.after else "writes"
    return f"`{node}` reads {thing} {time} `{other}` {verb} it"


def _spell_place(alignment: Alignment, name: str) -> str:
    """Say after which node a node stood, and after which it stands now."""
    places = []
    for table, own in ((alignment.old, name), (alignment.new, alignment.pairs[name])):
        names = [node.name for node in table.nodes]
        at = names.index(own)
        places.append(f"after `%{names[at - 1]}`" if at else "first")
    return f"`%{name}` stood {places[0]}, stands {places[1]}"
