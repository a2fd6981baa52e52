"""The edits that lead from one graph to another, once their nodes are aligned."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.drift.alignment import Alignment
from harness.drift.classes import DriftClass
from harness.drift.drift import Detail, Edit
from harness.drift.operators import (
    is_alias,
    is_assertion,
    is_projection,
    plain_target,
    run_operator,
    short_target,
    value_kind,
)
from harness.drift.regions import Region
from harness.drift.renames import rename_edits
from harness.drift.returned import output_edits
from harness.drift.spelling import Symbols
from harness.drift.wording import count, short, some, text_words
from harness.graphs import Argument, Group, Node, Ref, Table
from harness.graphs.arguments import printed

MOST_NAMED = 3


def table_edits(alignment: Alignment, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Give every edit between two graphs, the symbols in their arguments bound on the way.

    Args:
        alignment: the two graphs, aligned.
        where: the artifact's name.
        symbols: which symbol is which, over the whole record.
    """
    yield from _input_edits(alignment, where)
    yield from output_edits(alignment, where, symbols)
    yield from _region_edits(alignment, where)
    yield from _argument_edits(alignment, where, symbols)
    yield from _order_edits(alignment, where)
    yield from rename_edits(alignment, where)


def _input_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    old, new = alignment.old.placeholders, alignment.new.placeholders
    for sign, nodes, known, values in (
        ("-", old, alignment.pairs, alignment.values[0]),
        ("+", new, alignment.back, alignment.values[1]),
    ):
        for node in nodes:
            if node.name not in known:
                what = value_kind(values.get(node.name, ""))
                words = f"{sign} input `%{node.name}`{f', {what}' if what else ''}"
                yield Edit(DriftClass.INTERFACE, where, words, pattern=f"{sign} input {what}")
    if alignment.moved_inputs:
        order = [node.name for node in old if node.name in alignment.pairs]
        now = [alignment.back[node.name] for node in new if node.name in alignment.back]
        words = f"inputs reordered: {some(order)} → {some(now)}"
        yield Edit(DriftClass.INTERFACE, where, words, pattern="inputs reordered")
    yield from _default_edits(alignment, where)


def _default_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    for node in alignment.old.placeholders:
        other = alignment.new.by_name.get(alignment.pairs.get(node.name, ""))
        if other and other.default != node.default:
            change = f"{node.default or 'nothing'} → {other.default or 'nothing'}"
            words = f"default of input `%{node.name}`: {change}"
            yield Edit(DriftClass.INTERFACE, where, words, pattern="default of an input")
        if other and other.annotation != node.annotation:
            change = f"{node.annotation or 'nothing'} → {other.annotation or 'nothing'}"
            words = f"type of input `%{node.name}`: {change}"
            yield Edit(DriftClass.INTERFACE, where, words, pattern=f"type of an input: {change}")
        if other and other.name == node.name and other.target != node.target:
            words = f"`{node.target}` → `{other.target}`, the parameter that input `%{node.name}` is given by"
            yield Edit(DriftClass.RENAMED, where, words, pattern="other names of parameters")


def _region_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    """Give one edit for what was removed, added or replaced in the same way, however often."""
    alike: dict[tuple[str, str, Detail | None], list[Region]] = {}
    replaced = _replaced(alignment.regions)
    for region in alignment.regions:
        if not _follows(region, replaced):
            key = _region_kind(region), _region_pattern(region), _region_detail(alignment, region)
            alike.setdefault(key, []).append(region)
    for (_, pattern, detail), regions in alike.items():
        more = f", and {len(regions) - 1} more like it" if len(regions) > 1 else ""
        words = f"{_region_words(alignment, regions[0])}{more}"
        yield Edit(DriftClass.OPERATORS, where, words, detail, pattern)


def _replaced(regions: Sequence[Region]) -> frozenset[str]:
    """Name the operators that one other took the place of, in either graph."""
    return frozenset(
        node.name
        for region in regions
        if len(region.removed) == len(region.added) == 1 and not is_projection(region.removed[0])
        for node in (*region.removed, *region.added)
    )


def _follows(region: Region, replaced: frozenset[str]) -> bool:
    """Whether a region only takes items out of what an operator gives that was replaced."""
    nodes = (*region.removed, *region.added)
    return all(is_projection(node) and replaced.issuperset(node.inputs) for node in nodes)


def _region_kind(region: Region) -> str:
    """Give what regions that are told together share: what they call, or that they wrap what they call."""
    wrapped = {run_operator(node) for node in (*region.removed, *region.added)}
    return "" if len(wrapped) == 1 and region.removed and region.added else _region_calls(region)


def _region_calls(region: Region) -> str:
    """Say which calls took the place of which."""
    removed, added = _told(region.removed), _told(region.added)
    if removed == added:  # what is printed shortly alike is told in full
        removed, added = ([node.target for node in nodes] for nodes in (region.removed, region.added))
    return f"{_listed(removed)} → {_listed(added)}"


def _region_words(alignment: Alignment, region: Region) -> str:
    removed, added = _told(region.removed), _told(region.added)
    if region.removed and region.added:
        at = f" at `%{region.removed[-1].name}`" if len(region.removed) == 1 else ""
        return f"{_region_calls(region)}{at}"
    sign, nodes, table = ("+", added, alignment.new) if added else ("-", removed, alignment.old)
    first = (region.added or region.removed)[0]
    after = next((name for name in first.inputs if name in table.by_name), "")
    place = f" after `%{after}`" if after else ""
    return f"{sign} {_listed(nodes)}{place}"


def _told(nodes: Sequence[Node]) -> list[str]:
    """Name what the nodes call; items taken out of what one of them gave go without saying."""
    names = {node.name for node in nodes}
    told = [node for node in nodes if not (is_projection(node) and set(node.inputs) & names)]
    return [short_target(node) for node in told or nodes]


def _listed(targets: Iterable[str]) -> str:
    counts = Counter(targets)
    words = [f"{number}× {target}" if number > 1 else target for target, number in counts.items()]
    return some(words, most=4)


def _region_pattern(region: Region) -> str:
    removed, added = (sorted(set(_plain(nodes))) for nodes in (region.removed, region.added))
    if removed == added:
        return "another overload or packet"
    return f"{', '.join(removed)} → {', '.join(added)}"


def _plain(nodes: Sequence[Node]) -> Iterator[str]:
    """Name what the nodes call, without what it runs in turn: that differs from program to program."""
    names = {node.name for node in nodes}
    for node in nodes:
        if not (is_projection(node) and set(node.inputs) & names):
            yield plain_target(node)


def _region_detail(alignment: Alignment, region: Region) -> Detail | None:
    nodes = (*region.removed, *region.added)
    if all(map(is_alias, nodes)):
        return Detail.ALIASES
    if _only_checks(region.removed, alignment.old) and _only_checks(region.added, alignment.new):
        return Detail.ASSERTIONS
    replaced = region.removed and region.added
    return Detail.DECOMPOSITION if replaced and len(region.removed) != len(region.added) else None


def _only_checks(nodes: Sequence[Node], table: Table) -> bool:
    """Whether nodes only check something, or compute what such nodes check."""
    checks: set[str] = set()
    for node in reversed(nodes):
        users = table.users.get(node.name, ())
        if is_assertion(node) or (users and checks.issuperset(users)):
            checks.add(node.name)
    return len(checks) == len(nodes)


def _argument_edits(alignment: Alignment, where: str, symbols: Symbols) -> Iterator[Edit]:
    replaced = {node.name for region in alignment.regions for node in region.removed}
    printed_otherwise: dict[str, str] = {}
    for old in alignment.old.nodes:
        new = alignment.new.by_name.get(alignment.pairs.get(old.name, ""))
        if new is None or old.op in ("placeholder", "output") or old.name in replaced:
            continue
        if old.target != new.target:
            printed_otherwise[old.target] = new.target
        yield from _call_edits(alignment, old, new, where, symbols)
        yield from _print_edits(old, new, where)
    for target, other in printed_otherwise.items():
        words = f"{target} is printed as {other}"
        yield Edit(DriftClass.SPELLING, where, words, pattern="printed names of operators")


def _print_edits(old: Node, new: Node, where: str) -> Iterator[Edit]:
    """Tell of what is printed otherwise and does the same."""
    if old.annotation != new.annotation:
        change = f"{old.annotation or 'nothing'} → {new.annotation or 'nothing'}"
        words = f"printed type of `%{old.name}`: {change}"
        yield Edit(DriftClass.SPELLING, where, words, pattern=f"printed type: {change}")
    left, right = (node.kwargs.keys if isinstance(node.kwargs, Group) else () for node in (old, new))
    if left != right and set(left) == set(right):
        words = f"keyword arguments of `%{old.name}` stand in another order"
        yield Edit(DriftClass.SPELLING, where, words, pattern="order of keyword arguments")


def _call_edits(alignment: Alignment, old: Node, new: Node, where: str, symbols: Symbols) -> Iterator[Edit]:
    for place, left, right in _differences(alignment, old, new, symbols):
        literals = not any(map(_has_refs, (left, right)))
        change = f"{_shown(left)} → {'another ' if left == right else ''}{_shown(right)}"
        pattern = f"{plain_target(old)} {place}: {text_words(change) if literals else 'other nodes'}"
        yield Edit(
            DriftClass.OPERATORS,
            where,
            f"{short_target(old)}: {place} {change} at `%{old.name}`",
            Detail.LITERALS if literals else None,
            pattern,
        )


def _has_refs(argument: Argument | None) -> bool:
    match argument:
        case Ref():
            return True
        case Group(items=items):
            return any(map(_has_refs, items))
        case _:
            return False


def _shown(argument: Argument | None) -> str:
    return "nothing" if argument is None else short(printed(argument))


Difference = tuple[str, Argument | None, Argument | None]


def _differences(alignment: Alignment, old: Node, new: Node, symbols: Symbols) -> Iterator[Difference]:
    """Give the arguments that differ otherwise than by what their nodes became, and what each was."""
    left, right = _arguments(old), _arguments(new)
    for place in dict.fromkeys((*left, *right)):
        before, after = left.get(place), right.get(place)
        if before is None or after is None:
            yield place, before, after
        else:
            yield from _within(alignment, place, before, after, symbols)


def _within(
    alignment: Alignment, place: str, old: Argument, new: Argument, symbols: Symbols
) -> Iterator[Difference]:
    match old, new:
        case Group(opening, items, keys), Group() if (opening, keys, len(items)) == (
            new.opening,
            new.keys,
            len(new.items),
        ):
            for left, right in zip(items, new.items, strict=True):
                yield from _within(alignment, place, left, right, symbols)
        case _:
            if not alignment.follows(old, new, symbols):
                yield place, old, new


def _arguments(node: Node) -> Mapping[str, Argument]:
    found: dict[str, Argument] = {}
    if isinstance(node.args, Group):
        found |= {f"argument {at}": item for at, item in enumerate(node.args.items)}
    else:
        found["arguments"] = node.args
    if isinstance(node.kwargs, Group):
        return found | dict(zip(node.kwargs.keys, node.kwargs.items, strict=True))
    return found | {"keyword arguments": node.kwargs}


def _order_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    crossing, moved = alignment.crossing, alignment.moved
    if crossing:
        targets = [short_target(alignment.old.by_name[name]) for name in crossing]
        words = f"{some([f'`%{name}`' for name in crossing])} moved across a side effect"
        plain = sorted({plain_target(alignment.old.by_name[name]) for name in crossing})
        yield Edit(
            DriftClass.OPERATORS,
            where,
            f"{words} ({_listed(targets)})",
            pattern=f"across a side effect: {', '.join(plain)}",
        )
    elif moved:
        first = _place_words(alignment, moved[0])
        more = f", and {count(len(moved) - 1, 'more node')} moved" if len(moved) > 1 else ""
        yield Edit(DriftClass.REORDERED, where, f"{first}{more}", pattern="reordered")


def _place_words(alignment: Alignment, name: str) -> str:
    """Say after which node another one stood, and after which it stands now."""
    places = []
    for table, own in ((alignment.old, name), (alignment.new, alignment.pairs[name])):
        names = [node.name for node in table.nodes]
        at = names.index(own)
        places.append(f"after `%{names[at - 1]}`" if at else "first")
    return f"`%{name}` stood {places[0]}, stands {places[1]}"
