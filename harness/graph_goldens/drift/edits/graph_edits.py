"""The edits that lead from one graph to another, once their nodes are aligned."""

from collections.abc import Iterator, Mapping

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Detail, Edit
from graph_goldens.drift.edits.consequences import name_nodes
from graph_goldens.drift.edits.order_edits import find_order_edits
from graph_goldens.drift.edits.output_edits import find_output_edits
from graph_goldens.drift.edits.rename_edits import find_rename_edits
from graph_goldens.drift.edits.replacement_edits import find_region_edits
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.matching.node_matching import names_alone
from graph_goldens.drift.matching.operators import classify_value, generalise_target, shorten_target
from graph_goldens.drift.text.spelling import Symbols
from graph_goldens.drift.text.wording import generalise_text, join_changed, quote_pair, quote_short
from graph_goldens.graphs.node_arguments import Argument, Group, Ref, list_refs, print_argument
from graph_goldens.graphs.node_table import Node

MOST_NAMED = 3


def find_table_edits(alignment: Alignment, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Find every edit between two graphs, and bind the symbols in their arguments on the way.

    Args:
        alignment: the two graphs, aligned.
        where: the artifact's name.
        symbols: which symbol is which, over the whole record.
    """
    yield from _find_input_edits(alignment, where)
    yield from find_output_edits(alignment, where, symbols)
    yield from find_region_edits(alignment, where)
    yield from _find_argument_edits(alignment, where, symbols)
    yield from find_order_edits(alignment, where)
    yield from find_rename_edits(alignment, where)


def _find_input_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    old, new = alignment.old.placeholders, alignment.new.placeholders
    for sign, nodes, known, values in (
        ("-", old, alignment.pairs, alignment.values[0]),
        ("+", new, alignment.back, alignment.values[1]),
    ):
        for node in nodes:
            if node.name not in known:
                what = classify_value(values.get(node.name, "")).value
                words = f"{sign} input `%{node.name}`{f', {what}' if what else ''}"
                used = frozenset(_list_explaining(alignment, node.name, came=sign == "+"))
                pattern, own = f"{sign} input {what}", name_nodes(sign, [node.name])
                yield Edit(DriftClass.INTERFACE, where, words, pattern=pattern, nodes=own, needs=used)
    if alignment.moved_inputs:
        order = [node.name for node in old if node.name in alignment.pairs]
        now = [alignment.back[node.name] for node in new if node.name in alignment.back]
        words = f"inputs reordered: {join_changed(order, now)}"
        yield Edit(DriftClass.INTERFACE, where, words, pattern="inputs reordered")
    yield from _find_exchanged_names(alignment, where)
    yield from _find_default_edits(alignment, where)


def _list_explaining(alignment: Alignment, name: str, *, came: bool) -> Iterator[str]:
    """List what explains that an input came or went: the nodes that use it, or that stand in its place.

    A value that is computed again in a backward graph is no input of it any more.
    """
    tables, known = (alignment.old, alignment.new), alignment.pairs
    sign, other = "-", "+"
    if came:
        tables, known, sign, other = tables[::-1], alignment.back, "+", "-"
    for user in tables[0].users.get(name, ()):
        left, right = tables[0].by_name[user], tables[1].by_name.get(known.get(user, ""))
        if right is None or len(left.inputs) != len(right.inputs):
            yield f"{sign}{user}"
            continue
        for was, now in zip(left.inputs, right.inputs, strict=True):
            if was == name:
                yield f"{other}{now}"


def _find_exchanged_names(alignment: Alignment, where: str) -> Iterator[Edit]:
    """Find the inputs whose name, or source, was another input's: who gives them by name gives others now."""
    nodes = alignment.old.placeholders
    names, targets = ({node.name for node in nodes}, {node.target for node in nodes})
    for node in nodes:
        other = alignment.new.by_name.get(alignment.pairs.get(node.name, ""))
        if other is None or node.name in alignment.moved_inputs:
            continue
        for own, now, known in ((node.name, other.name, names), (node.target, other.target, targets)):
            if own != now and now in known and names_alone(own) != names_alone(now):
                words = f"input `{own}` is `{now}` now, which was the name of another input"
                yield Edit(DriftClass.INTERFACE, where, words, pattern="an input has another one's name")
                break


def _find_default_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    targets = {node.target for node in alignment.old.placeholders}
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
        if other and other.name == node.name and other.target != node.target and other.target not in targets:
            words = f"`{node.target}` → `{other.target}`, the parameter that input `%{node.name}` is given by"
            yield Edit(DriftClass.RENAMED, where, words, pattern="other names of parameters")


def _find_argument_edits(alignment: Alignment, where: str, symbols: Symbols) -> Iterator[Edit]:
    replaced = {node.name for region in alignment.regions for node in region.removed}
    printed_otherwise: dict[str, str] = {}
    for old in alignment.old.nodes:
        new = alignment.new.by_name.get(alignment.pairs.get(old.name, ""))
        if new is None or old.op in ("placeholder", "output") or old.name in replaced:
            continue
        if old.target != new.target:
            printed_otherwise[old.target] = new.target
        yield from _find_call_edits(alignment, old, new, where, symbols)
        yield from _find_print_edits(old, new, where)
    for target, other in printed_otherwise.items():
        words = f"{target} is printed as {other}"
        yield Edit(DriftClass.SPELLING, where, words, pattern="printed names of operators")


def _find_print_edits(old: Node, new: Node, where: str) -> Iterator[Edit]:
    """Find what is printed differently and does the same."""
    if old.annotation != new.annotation:
        change = f"{old.annotation or 'nothing'} → {new.annotation or 'nothing'}"
        words = f"printed type of `%{old.name}`: {change}"
        yield Edit(DriftClass.SPELLING, where, words, pattern=f"printed type: {change}")
    left, right = (node.kwargs.keys if isinstance(node.kwargs, Group) else () for node in (old, new))
    if left != right and set(left) == set(right):
        words = f"keyword arguments of `%{old.name}` stand in another order"
        yield Edit(DriftClass.SPELLING, where, words, pattern="order of keyword arguments")


def _find_call_edits(
    alignment: Alignment, old: Node, new: Node, where: str, symbols: Symbols
) -> Iterator[Edit]:
    for place, left, right in _find_differences(alignment, old, new, symbols):
        literals = not any(map(_has_refs, (left, right)))
        change = _spell_arguments(left, right)
        pattern = (
            f"{generalise_target(old)} {place}: {generalise_text(change) if literals else 'other nodes'}"
        )
        yield Edit(
            DriftClass.OPERATORS,
            where,
            f"{shorten_target(old)}: {place} {change} at `%{old.name}`",
            Detail.LITERALS if literals else None,
            pattern,
            needs=_list_unpaired(alignment, left, right),
        )


def _list_unpaired(alignment: Alignment, old: Argument | None, new: Argument | None) -> frozenset[str]:
    """List the nodes of an argument that only one of the graphs has."""
    gone = (name for name in list_refs(old) if name not in alignment.pairs) if old else ()
    come = (name for name in list_refs(new) if name not in alignment.back) if new else ()
    return name_nodes("-", gone) | name_nodes("+", come)


def _has_refs(argument: Argument | None) -> bool:
    match argument:
        case Ref():
            return True
        case Group(items=items):
            return any(map(_has_refs, items))
        case _:
            return False


def _spell_arguments(old: Argument | None, new: Argument | None) -> str:
    if old is None or new is None:
        shown = ("nothing" if each is None else quote_short(print_argument(each)) for each in (old, new))
        return " → ".join(shown)
    return quote_pair(print_argument(old), print_argument(new))


Difference = tuple[str, Argument | None, Argument | None]


def _find_differences(alignment: Alignment, old: Node, new: Node, symbols: Symbols) -> Iterator[Difference]:
    """Find the arguments that differ by more than what became of their nodes, with old and new."""
    left, right = _name_arguments(old), _name_arguments(new)
    for place in dict.fromkeys((*left, *right)):
        before, after = left.get(place), right.get(place)
        if before is None or after is None:
            yield place, before, after
        else:
            yield from _find_inner_differences(alignment, place, before, after, symbols)


def _find_inner_differences(
    alignment: Alignment, place: str, old: Argument, new: Argument, symbols: Symbols
) -> Iterator[Difference]:
    match old, new:
        case Group(opening, items, keys), Group() if (opening, keys, len(items)) == (
            new.opening,
            new.keys,
            len(new.items),
        ):
            for left, right in zip(items, new.items, strict=True):
                yield from _find_inner_differences(alignment, place, left, right, symbols)
        case _:
            if not alignment.follows(old, new, symbols):
                yield place, old, new


def _name_arguments(node: Node) -> Mapping[str, Argument]:
    found: dict[str, Argument] = {}
    if isinstance(node.args, Group):
        found |= {f"argument {at}": item for at, item in enumerate(node.args.items)}
    else:
        found["arguments"] = node.args
    if isinstance(node.kwargs, Group):
        return found | dict(zip(node.kwargs.keys, node.kwargs.items, strict=True))
    return found | {"keyword arguments": node.kwargs}
