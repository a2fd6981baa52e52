"""What nodes do besides giving a value, and did not do before, where nothing else in the graph changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.matching.alignment import Alignment
from graph_goldens.drift.matching.operators import generalise_target
from graph_goldens.graphs.effect_lines import NodeEffects
from graph_goldens.words import format_count, join_some

_NONE = NodeEffects()
_UNREAD = "effects differ, and cannot be read"


def find_effect_edits(alignment: Alignment, where: str) -> Iterator[Edit]:
    """Find an edit for all nodes of one operator whose recorded effects changed in the same way."""
    old, new = alignment.effects
    if old is None or new is None:  # what cannot be read may say anything
        yield Edit(DriftClass.OPERATORS, where, _UNREAD, pattern=_UNREAD)
        return
    alike: dict[tuple[DriftClass, str], list[str]] = {}
    for name, other in alignment.pairs.items():
        before, after = old.get(name, _NONE), new.get(other, _NONE)
        for kind, verb, words in _list_changes(before, after, alignment.pairs):
            called = generalise_target(alignment.old.by_name[name])
            alike.setdefault((kind, f"{called} {verb}"), []).append(f"`{other}` {words}")
    for (kind, pattern), found in alike.items():
        more = f", and {format_count(len(found) - 1, 'more node')} likewise" if len(found) > 1 else ""
        yield Edit(kind, where, f"{found[0]}{more}", pattern=pattern)


def _list_changes(
    before: NodeEffects, after: NodeEffects, names: Mapping[str, str]
) -> Iterator[tuple[DriftClass, str, str]]:
    if before.unknown or after.unknown:
        if before.unknown != after.unknown:
            now = "not known any more" if after.unknown else "known now"
            yield DriftClass.SPELLING, f"effects {now}", f"has effects that are {now}"
        return
    for field in fields(NodeEffects):
        was, now = (getattr(each, field.name) for each in (before, after))
        if field.name == "asserts":
            if was != now:
                yield DriftClass.OPERATORS, "asserts", f"asserts: {was} → {now}"
        elif field.name != "unknown" and (renamed := _rename(was, names)) != now and set(renamed) != set(now):
            change = f"{join_some(renamed) or 'nothing'} → {join_some(now) or 'nothing'}"
            yield DriftClass.OPERATORS, field.name, f"{field.name} {change}"


def _rename(things: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_rename_thing(thing, names) for thing in things)


def _rename_thing(thing: str, names: Mapping[str, str]) -> str:
    owner, bracket, item = thing[1:].partition("[")
    return f"%{names.get(owner, owner)}{bracket}{item}" if thing.startswith("%") else thing
