"""What differs between the facts of two records, in words."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from deepdiff import DeepDiff
from deepdiff.helper import notpresent

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.error_wording import ERROR_FACT
from graph_goldens.drift.graph_pairing import Pairing
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.symbol_scopes import SYMBOLS_FACT, SymbolScopes, list_bound
from graph_goldens.drift.text.wording import contrast, generalise_error
from graph_goldens.graphs.node_arguments import Ref
from graph_goldens.records import Json
from graph_goldens.words import shorten_text

_CLASSES = {
    **dict.fromkeys(("graphs", "graph_breaks", "frames", "recompilations"), DriftClass.CAPTURE),
    **dict.fromkeys(("inputs", "outputs", "unbacked"), DriftClass.INTERFACE),
}
_OF_GRAPHS = frozenset((*_CLASSES, "judged_by", "same_as_eager", "retraced_same_as_eager"))
_NAMING_SYMBOLS = frozenset(("unbacked", "graph_breaks", "recompilations", "skipped"))
LONGEST = 80

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
            return _spell_text(old) == _spell_text(new)


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
        for symbol, bound in before.items():
            other = scope.renamed.get(symbol, symbol)
            now_bound = after.get(other, bound)
            if (
                isinstance(bound, str)
                and isinstance(now_bound, str)
                and not scope.is_same(bound, now_bound, names)
            ):
                words = f"`{symbol}` is bound to `{bound}` → `{now_bound}`"
                yield Edit(DriftClass.INTERFACE, where, words, pattern="a symbol is bound elsewhere")


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
        yield Edit(kind, where, f"- {name}, which was {_spell_value(old[name])}", pattern=f"- {name}")
    elif name not in old:
        yield Edit(
            kind, where, f"+ {name}: {_spell_value(new[name])}", pattern=f"+ {name}: {_generalise(new[name])}"
        )
    elif _spell_text(left) != _spell_text(right):
        yield from _find_changes(kind, where, name, left, right)


def _find_changes(kind: DriftClass, where: str, name: str, old: Json, new: Json) -> Iterator[Edit]:
    tree = DeepDiff(old, new, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    levels = sorted((level for found in tree.values() for level in found), key=lambda level: level.path())
    for level in levels:
        parts = level.path(output_format="list")
        words = f"{name}{_spell_place(parts)}: {_spell_sides(level.t1, level.t2)}"
        place = _generalise_reason(parts) if name == "graph_breaks" else _generalise_place(parts)
        pattern = f"{_generalise_name(name)}{place}: {_spell_change(level.t1, level.t2)}"
        yield Edit(kind, where, words, pattern=pattern)
    if not levels:  # deepdiff takes these for equal: 0.0 and -0.0, for example
        yield Edit(
            kind,
            where,
            f"{name}: {_spell_sides(old, new)}",
            pattern=f"{name}: another number",
        )


def _spell_place(parts: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _generalise_name(name: str) -> str:
    """Leave out when something was observed: one change shows at every later time too."""
    return "observed" if name.startswith("after_") else name


def _generalise_place(parts: Sequence[str | int]) -> str:
    """Leave out the last name, which is a graph's or a method's, and numbers."""
    return "".join(f".{part}" for part in parts[:-1] if isinstance(part, str))


def _spell_change(old: object, new: object) -> str:
    """Say how a value changed, without numbers."""
    if _is_number(old) and _is_number(new):
        return "more" if float(str(new)) > float(str(old)) else "fewer"
    return f"{_generalise(old)} → {_generalise(new)}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _generalise(value: object) -> str:
    if value is notpresent:
        return "nothing"
    if _is_number(value):
        return "a number"
    return generalise_error(value) if isinstance(value, str) else _spell_value(value)


def _spell_sides(old: object, new: object) -> str:
    """Say both sides of a change; long ones are cut to where they differ."""
    left, right = ("nothing" if value is notpresent else _spell_text(value) for value in (old, new))
    if max(len(left), len(right)) > LONGEST:
        left, right = contrast(left, right, LONGEST)
    return f"{left} → {'another ' if left == right else ''}{right}"


def _generalise_reason(parts: Sequence[str | int]) -> str:
    """Keep the reason of a graph break, without what differs from program to program."""
    return "".join(f".{generalise_error(part)}" for part in parts if isinstance(part, str))


def _spell_text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _spell_value(value: object) -> str:
    text = _spell_text(value)
    return shorten_text(text, LONGEST)
