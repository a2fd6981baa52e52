"""What differs between the facts of two records, in words."""

from collections.abc import Iterator, Mapping, Sequence

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.error_wording import ERROR_FACT
from graph_goldens.drift.edits.fact_changes import find_fact_changes
from graph_goldens.drift.edits.fact_values import generalise_value, spell_json, spell_value
from graph_goldens.drift.graph_pairing import Pairing
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.symbol_scopes import SYMBOLS_FACT, SymbolScopes, list_bound
from graph_goldens.drift.text.spelling import SYMBOL_FORM, Symbols
from graph_goldens.graphs.node_arguments import Ref
from graph_goldens.records import Json

_CLASSES = {
    **dict.fromkeys(
        ("graphs", "graph_breaks", "skipped_frames", "frames", "restarts", "recompilations"),
        DriftClass.CAPTURE,
    ),
    **dict.fromkeys(("inputs", "outputs", "unbacked", "exported", "module"), DriftClass.INTERFACE),
}
_OF_GRAPHS = frozenset((*_CLASSES, "judged_by", "same_as_eager", "retraced_same_as_eager"))
_NAMING_SYMBOLS = frozenset(("unbacked", "graph_breaks", "recompilations", "skipped_frames"))

Facts = Mapping[str, Json]


def find_fact_edits(
    old: Facts, new: Facts, pairing: Pairing, scopes: SymbolScopes, *, ended_alike: bool = True
) -> Iterator[Edit]:
    """Find an edit for each place in which the facts differ; `1`, `1.0` and `true` are different facts.

    What the edits of graphs and of the outcome say already is left out.

    Args:
        old: the golden's facts.
        new: the record's facts.
        pairing: the graphs that both are about.
        scopes: which symbol is which.
        ended_alike: whether both captures ended in the same way; if not, facts about graphs follow from that.
    """
    for name in sorted({*old, *new}):
        both = name in old and name in new
        if not ended_alike and (name in _OF_GRAPHS or not both):
            continue
        if (name == "graphs" and _explains_count(pairing)) or name == ERROR_FACT:
            continue
        if name == SYMBOLS_FACT:
            yield from _find_symbol_edits(old.get(name), new.get(name), pairing, scopes, told=both)
            continue
        left, right = _drop_explained(name, old, new, pairing)
        if both and _is_same_fact(left, right, scopes, named=name in _NAMING_SYMBOLS):
            continue
        yield from _find_named_edits(name, left, right, old, new)


def _is_same_fact(old: Json, new: Json, scopes: SymbolScopes, *, named: bool, graph: str = "") -> bool:
    """Whether two facts say the same; keys are what they are, and only some facts name symbols."""
    match old, new:
        case dict(), dict():
            return list(old) == list(new) and all(
                _is_same_fact(old[key], new[key], scopes, named=named, graph=graph or key) for key in old
            )
        case list(), list():
            return len(old) == len(new) and all(
                _is_same_fact(*pair, scopes, named=named, graph=graph) for pair in zip(old, new, strict=True)
            )
        case str(), str() if named:
            return old == new or scopes.find(graph).is_same(old, new, {})
        case _:
            return spell_json(old) == spell_json(new)


def _find_symbol_edits(
    old: Json, new: Json, pairing: Pairing, scopes: SymbolScopes, *, told: bool
) -> Iterator[Edit]:
    """Find the symbols that are bound to something else now."""
    where = f"facts.{SYMBOLS_FACT}"
    if not told and pairing.old and pairing.new:
        now = "no longer" if new is None else "now"
        words = f"what symbols are bound to is {now} recorded"
        yield Edit(DriftClass.SPELLING, where, words, pattern=f"symbols {now} recorded")
        return
    for graph, renamed in pairing.names.items():
        if graph not in pairing.alignments:
            continue
        names, scope = pairing.alignments[graph].pairs, scopes.find(graph)
        before, after = list_bound(old, graph), list_bound(new, renamed)
        told_by_values = _list_resized(pairing.alignments[graph], scope)
        for symbol, bound in before.items():
            now_bound = after.get(scope.renamed.get(symbol, symbol))
            if (
                symbol not in told_by_values
                and isinstance(bound, str)
                and isinstance(now_bound, str)
                and not scope.is_same(bound, now_bound, names)
            ):
                change = " → ".join(f"`{each}`" if each else "nothing" for each in (bound, now_bound))
                way = "elsewhere" if bound and now_bound else "no longer" if bound else "now"
                words = f"`{symbol}` is bound to {change}"
                yield Edit(DriftClass.INTERFACE, where, words, pattern=f"a symbol is bound {way}")


def _list_resized(alignment: Alignment, scope: Symbols) -> set[str]:
    """List the symbols in the values of inputs that changed: the edits of values say what became of them."""
    before, after = alignment.values
    found: set[str] = set()
    for node in alignment.old.placeholders:
        old, new = before.get(node.name, ""), after.get(alignment.pairs.get(node.name, ""), "")
        if old and new and not scope.is_same(old, new, alignment.pairs):
            found.update(SYMBOL_FORM.findall(f"{old} {new}"))
    return found


def _explains_count(pairing: Pairing) -> bool:
    captured = [{name for name in graphs if "." not in name} for graphs in (pairing.old, pairing.new)]
    return len(captured[0]) != len(captured[1])


def _drop_explained(name: str, old: Facts, new: Facts, pairing: Pairing) -> tuple[Json, Json]:
    """Leave out graphs that only one side has, and inputs and outputs that graphs' edits tell of."""
    left, right = old.get(name), new.get(name)
    if (
        name not in ("inputs", "outputs", "unbacked")
        or not isinstance(left, dict)
        or not isinstance(right, dict)
    ):
        return left, right
    before: dict[str, Json] = {}
    after: dict[str, Json] = {}
    back = {new: old for old, new in pairing.names.items()}
    for graph in dict.fromkeys((*left, *(back.get(name, name) for name in right))):
        if graph in pairing.old and graph not in pairing.names:
            continue
        renamed = pairing.names.get(graph, graph)
        if graph not in pairing.old and renamed in pairing.new:
            continue
        before[graph], after[graph] = left.get(graph, []), right.get(renamed, [])
        alignment = pairing.alignments.get(graph)
        if alignment and name != "unbacked":
            before[graph], after[graph] = _find_kept_items(name, before[graph], after[graph], alignment)
    return before, after


def _find_kept_items(name: str, old: Json, new: Json, alignment: Alignment) -> tuple[Json, Json]:
    """List the facts on inputs, or outputs, that both graphs have, in the order of the old graph."""
    left, right = _name_places(name, alignment)
    if (
        not isinstance(old, list)
        or not isinstance(new, list)
        or (len(old), len(new)) != (len(left), len(right))
    ):
        return old, new
    noted = [_is_noted(place, alignment) for place in left]
    shared = [
        place
        for place, told in zip(left, noted, strict=True)
        if place is not None and told and place in right
    ]
    return (
        [old[left.index(place)] for place in shared],
        [new[right.index(place)] for place in shared],
    )


def _is_noted(name: str | None, alignment: Alignment) -> bool:
    """Whether both graphs tell a node's value, or neither does: what one began to note is no other input."""
    before, after = alignment.values
    return name is None or (name in before) == (alignment.pairs.get(name, "") in after)


def _name_places(name: str, alignment: Alignment) -> tuple[Sequence[str | None], Sequence[str | None]]:
    """Name inputs, or outputs, by their nodes' old names; None where there is no such node."""
    if name == "inputs":
        return (
            [node.name if node.name in alignment.pairs else None for node in alignment.old.placeholders],
            [alignment.back.get(node.name) for node in alignment.new.placeholders],
        )
    old = [item.name if isinstance(item, Ref) else None for item in alignment.old.list_returned()]
    new = [
        alignment.back.get(item.name) if isinstance(item, Ref) else None
        for item in alignment.new.list_returned()
    ]
    return [name if name in alignment.pairs else None for name in old], new


def _find_named_edits(name: str, left: Json, right: Json, old: Facts, new: Facts) -> Iterator[Edit]:
    kind = _CLASSES.get(name, DriftClass.BEHAVIOUR)
    where = f"facts.{name}"
    if name not in new:
        yield Edit(kind, where, f"- {name}, which was {spell_value(old[name])}", pattern=f"- {name}")
    elif name not in old:
        yield Edit(
            kind,
            where,
            f"+ {name}: {spell_value(new[name])}",
            pattern=f"+ {name}: {generalise_value(new[name])}",
        )
    elif spell_json(left) != spell_json(right):
        yield from find_fact_changes(kind, where, name, left, right)
