"""What differs between the guards of two graphs: kinds of guards, and what they are about."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.text.line_pairing import drop_lines, pair_lines
from graph_goldens.drift.text.spelling import Symbols, spell_outline
from graph_goldens.words import join_some

Guard = tuple[str, str]

EXPRESSION = "expression"
_KIND = re.compile(r"[A-Z][A-Z0-9_]*|[A-Z]\w*")
_COMPARED = re.compile(r"(?<=[\s\w)\]])(==|!=|<=|>=|<|>)(?=[\s\w(-])")


def find_guard_edits(old: str, new: str, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Find an edit for each kind of guard that came, went, or took another one's place."""
    before, after = old.split("\n"), new.split("\n")
    if before != after and Counter(before) == Counter(after):
        yield Edit(DriftClass.REORDERED, where, "guards stand in another order", pattern="order of guards")
    gone, come = _find_unpaired(before, after, symbols)
    for (was, now), subjects in _take_replaced(gone, come).items():
        kinds = f"{was} → {now}"
        yield _build_edit(where, f"guard {kinds} on {join_some(subjects, most=2)}", f"guard {kinds}")
    for sign, guards in (("-", gone), ("+", come)):
        for kind, subjects in _group_by_kind(guards).items():
            if kind == EXPRESSION:
                yield from _find_expression_edits(sign, subjects, where)
                continue
            on = f" on {join_some(subjects, most=2)}" if any(subjects) else ""
            yield _build_edit(where, f"{sign} guard {kind}{on}", f"{sign} guard {kind}")


def _find_expression_edits(sign: str, expressions: Sequence[str], where: str) -> Iterator[Edit]:
    """Find an edit for the expressions that compare in the same way."""
    alike: dict[str, list[str]] = defaultdict(list)
    for expression in expressions:
        alike[" ".join(_COMPARED.findall(expression)) or "a condition"].append(f"`{expression}`")
    for way, found in alike.items():
        yield _build_edit(where, f"{sign} guard {join_some(found, most=2)}", f"{sign} guard by {way}")


def _find_unpaired(
    old: Sequence[str], new: Sequence[str], symbols: Symbols
) -> tuple[list[Guard], list[Guard]]:
    """Find the guards for which the other text has none that says the same."""
    gone, come = drop_lines(old, new), drop_lines(new, old)
    pairs = pair_lines(gone, come, spell_outline, lambda a, b: symbols.is_same(a, b, {}))
    gone, come = drop_lines(gone, [pair[0] for pair in pairs]), drop_lines(come, [pair[1] for pair in pairs])
    return [_split_guard(line) for line in gone], [_split_guard(line) for line in come]


def _split_guard(line: str) -> Guard:
    """Split a guard of Dynamo into its kind and what it is about; an expression of export has no kind."""
    kind, _, subject = line.strip().partition(" ")
    return (kind, subject) if _KIND.fullmatch(kind) else (EXPRESSION, line.strip())


def _take_replaced(gone: list[Guard], come: list[Guard]) -> dict[tuple[str, str], list[str]]:
    """Take out the guards of one subject that are of another kind now."""
    waiting: dict[str, deque[Guard]] = defaultdict(deque)
    for guard in come:
        waiting[guard[1]].append(guard)
    kept: list[Guard] = []
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for guard in gone:
        if others := waiting[guard[1]]:
            found[guard[0], others.popleft()[0]].append(guard[1] or guard[0])
        else:
            kept.append(guard)
    gone[:], come[:] = kept, [guard for others in waiting.values() for guard in others]
    return found


def _group_by_kind(guards: Sequence[Guard]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, subject in guards:
        found[kind].append(subject)
    return found


def _build_edit(where: str, sentence: str, pattern: str) -> Edit:
    return Edit(DriftClass.GUARDS, where, sentence, pattern=pattern)
