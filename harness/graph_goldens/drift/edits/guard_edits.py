"""What differs between the guards of two graphs: kinds of guards, and what they are about."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.guard_subjects import (
    describe_expression,
    describe_replaced_subject,
    describe_subject,
)
from graph_goldens.drift.text.line_pairing import drop_lines, pair_lines
from graph_goldens.drift.text.spelling import Symbols, spell_outline
from graph_goldens.words import join_some

Guard = tuple[str, str]

EXPRESSION = "expression"
_KIND = re.compile(r"[A-Z][A-Z0-9_]*|[A-Z]\w*")


def find_guard_edits(old: str, new: str, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Find an edit for each way in which things of one sort are guarded otherwise.

    What is guarded both before and after has other kinds of guards; else a kind of guard came or went.
    """
    before, after = old.split("\n"), new.split("\n")
    if before != after and Counter(before) == Counter(after):
        yield Edit(DriftClass.REORDERED, where, "guards stand in another order", pattern="order of guards")
    gone, come = _find_unpaired(before, after, symbols)
    for (kinds, sort), subjects in _take_replaced(gone, come).items():
        yield _build_edit(where, f"guard {kinds}", subjects, sort)
    for sign, guards in (("-", gone), ("+", come)):
        for (kind, sort), subjects in _group_guards(guards).items():
            if kind == EXPRESSION:
                shown = join_some([f"`{each}`" for each in subjects], most=2)
                pattern = f"{sign} guard by {sort}"
                yield Edit(DriftClass.GUARDS, where, f"{sign} guard {shown}", pattern=pattern)
            else:
                yield _build_edit(where, f"{sign} guard {kind}", subjects, sort)


def _find_unpaired(
    old: Sequence[str], new: Sequence[str], symbols: Symbols
) -> tuple[list[Guard], list[Guard]]:
    """Find the guards for which the other text has none that says the same."""
    gone, come = drop_lines(old, new), drop_lines(new, old)
    pairs = pair_lines(gone, come, spell_outline, lambda a, b: symbols.is_same(a, b, {}))
    gone, come = drop_lines(gone, [pair[0] for pair in pairs]), drop_lines(come, [pair[1] for pair in pairs])
    return [_split_guard(line) for line in gone if line], [_split_guard(line) for line in come if line]


def _split_guard(line: str) -> Guard:
    """Split a guard of Dynamo into its kind and what it is about; an expression of export has no kind."""
    kind, _, subject = line.strip().partition(" ")
    return (kind, subject) if _KIND.fullmatch(kind) else (EXPRESSION, line.strip())


def _take_replaced(gone: list[Guard], come: list[Guard]) -> dict[tuple[str, str], list[str]]:
    """Take out the guards of what has guards of other kinds now, by these kinds and its sort."""
    before, after = _list_kinds(gone), _list_kinds(come)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for subject in (each for each in before if each in after):
        kinds = " → ".join(join_some(side[subject]) for side in (before, after))
        found[kinds, describe_replaced_subject(subject)].append(subject)
    for guards, others in ((gone, after), (come, before)):
        guards[:] = [guard for guard in guards if guard[0] == EXPRESSION or guard[1] not in others]
    return found


def _list_kinds(guards: Sequence[Guard]) -> dict[str, list[str]]:
    """List the kinds of guards by what they are on: neither expressions nor the state of all."""
    found: dict[str, list[str]] = defaultdict(list)
    for kind, subject in guards:
        if subject and kind != EXPRESSION:
            found[subject].append(kind)
    return found


def _group_guards(guards: Sequence[Guard]) -> dict[tuple[str, str], list[str]]:
    """Group what guards are on by their kind and the sort of thing that it is."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, subject in guards:
        describe = describe_expression if kind == EXPRESSION else describe_subject
        found[kind, describe(subject)].append(subject)
    return found


def _build_edit(where: str, change: str, subjects: Sequence[str], sort: str) -> Edit:
    on = f" on {join_some(subjects, most=2)}" if any(subjects) else ""
    pattern = f"{change} on {sort}" if sort else change
    return Edit(DriftClass.GUARDS, where, f"{change}{on}", pattern=pattern)
