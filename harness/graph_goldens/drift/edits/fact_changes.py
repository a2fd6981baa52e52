"""Where within one fact two records differ."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.fact_values import LONGEST, generalise_value, is_number, spell_json
from graph_goldens.drift.edits.outcome_patterns import MessageNames, name_message_change, name_message_end
from graph_goldens.drift.text.wording import contrast, generalise_error
from graph_goldens.late_parts import load_part
from graph_goldens.records import Json

_FAILED = "retracing raises "

NOTHING = object()


class ValueChange(NamedTuple):
    """A place within a value where two records differ.

    Attributes:
        place: the keys and positions that lead to it.
        old: what the golden has there; `NOTHING` where it has nothing.
        new: what the record has there; `NOTHING` where it has nothing.
    """

    place: tuple[str | int, ...]
    old: object
    new: object


def find_fact_changes(kind: DriftClass, where: str, name: str, old: Json, new: Json) -> Iterator[Edit]:
    """Find an edit for each place in which two values of a fact differ.

    Args:
        kind: the class of such edits.
        where: the place of the fact in the record.
        name: the fact's name.
        old: the golden's value.
        new: the record's value.
    """
    for place, before, after in find_value_changes(old, new):
        words = f"{name}{_spell_place(place)}: {_spell_sides(before, after)}"
        general = _generalise_reason(place) if name == "graph_breaks" else _generalise_place(place)
        pattern = f"{_generalise_name(name)}{general}: {_spell_change(before, after)}"
        names = _name_message(before, after, place)
        yield Edit(kind, where, words, pattern=pattern, name=names.name, parts=names.parts)


def _name_message(old: object, new: object, place: Sequence[str | int]) -> MessageNames:
    """Name the change of what a graph break says, or of why retracing failed; empty for any other fact."""
    failed = [str(side) if str(side).startswith(_FAILED) else None for side in (old, new)]
    if isinstance(old, str) and isinstance(new, str) and (all(failed) or place[-1:] == ("reason",)):
        return name_message_change(old, new)
    if any(failed):
        return name_message_end(*failed)
    return MessageNames()


def find_value_changes(old: object, new: object) -> Iterator[ValueChange]:
    """Find each place where values differ; what moved in lists is seen by deepdiff, imported only then."""
    if spell_json(old) == spell_json(new):
        return
    match old, new:
        case dict(), dict():
            for key in sorted({*old, *new}):
                if key in old and key in new:
                    inner = find_value_changes(old[key], new[key])
                    yield from (each._replace(place=(key, *each.place)) for each in inner)
                else:
                    yield ValueChange((key,), old.get(key, NOTHING), new.get(key, NOTHING))
        case ([], list(items)) | (list(items), []):
            yield from _find_all_items(items, new=not old)
        case list(), list():
            inside = [ValueChange(*each) for each in load_part("how lists differ")(old, new, NOTHING)]
            yield from inside or [ValueChange((), old, new)]  # deepdiff takes [0.0] and [-0.0] for equal
        case _:
            yield ValueChange((), old, new)


def _find_all_items(items: Sequence[object], *, new: bool) -> Iterator[ValueChange]:
    """Find each item where the other list is empty, in the order in which deepdiff tells of them."""
    for at in sorted(range(len(items)), key="{}]".format):
        yield ValueChange((at,), NOTHING, items[at]) if new else ValueChange((at,), items[at], NOTHING)


def _spell_place(place: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)


def _generalise_name(name: str) -> str:
    """Leave out when something was observed or run: one change shows at every later time too."""
    return "observed" if name.startswith("after_") else name.removeprefix("retraced_")


def _generalise_place(place: Sequence[str | int]) -> str:
    """Leave out the last name, which is a graph's or a method's, and numbers."""
    return "".join(f".{part}" for part in place[:-1] if isinstance(part, str))


def _spell_change(old: object, new: object) -> str:
    """Say how a value changed, without numbers."""
    if is_number(old) and is_number(new):
        return _compare_numbers(float(str(old)), float(str(new)))
    return f"{_generalise_side(old)} → {_generalise_side(new)}"


def _compare_numbers(old: float, new: float) -> str:
    """Say which of two numbers is more; `1` and `1.0`, or `0.0` and `-0.0`, are others and neither is."""
    if old == new:
        return "another number"
    return "more" if new > old else "fewer"


def _generalise_side(value: object) -> str:
    return "nothing" if value is NOTHING else generalise_value(value)


def _spell_sides(old: object, new: object) -> str:
    """Say both sides of a change; long ones are cut to where they differ."""
    left, right = ("nothing" if value is NOTHING else spell_json(value) for value in (old, new))
    if max(len(left), len(right)) > LONGEST:
        left, right = contrast(left, right, LONGEST)
    return f"{left} → {'another ' if left == right else ''}{right}"


def _generalise_reason(place: Sequence[str | int]) -> str:
    """Keep the reason of a graph break, without what differs from program to program."""
    return "".join(f".{generalise_error(part)}" for part in place if isinstance(part, str))
