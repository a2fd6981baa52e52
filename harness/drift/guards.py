"""What differs between the guards of two graphs: kinds of guards, and what they are about."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from harness.drift.classes import DriftClass
from harness.drift.drift import Edit
from harness.drift.spelling import Symbols
from harness.drift.wording import some

Guard = tuple[str, str]


def guard_edits(old: str, new: str, where: str, symbols: Symbols) -> Iterator[Edit]:
    """Give an edit for each kind of guard that came, went, or took another one's place."""
    gone, come = _left_over(old.split("\n"), new.split("\n"), symbols)
    replaced = _replaced(gone, come)
    for (before, after), subjects in replaced.items():
        kinds = f"{before} → {after}"
        yield _edit(where, f"guard {kinds} on {some(subjects, most=2)}", f"guard {kinds}")
    for sign, guards in (("-", gone), ("+", come)):
        for kind, subjects in _by_kind(guards).items():
            on = f" on {some(subjects, most=2)}" if any(subjects) else ""
            yield _edit(where, f"{sign} guard {kind}{on}", f"{sign} guard {kind}")


def _left_over(old: Sequence[str], new: Sequence[str], symbols: Symbols) -> tuple[list[Guard], list[Guard]]:
    counts = Counter(new)
    counts.subtract(Counter(old))
    gone = [line for line, number in counts.items() for _ in range(-number)]
    come = [line for line, number in counts.items() for _ in range(number)]
    for line in list(gone):
        same = next((other for other in come if symbols.same(line, other, {})), None)
        if same is not None:
            gone.remove(line)
            come.remove(same)
    return [_guard(line) for line in gone], [_guard(line) for line in come]


def _guard(line: str) -> Guard:
    kind, _, subject = line.strip().partition(" ")
    return kind, subject


def _replaced(gone: list[Guard], come: list[Guard]) -> dict[tuple[str, str], list[str]]:
    """Take out the guards of one subject that are of another kind now."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for guard in list(gone):
        other = next((each for each in come if each[1] == guard[1]), None)
        if other is not None:
            gone.remove(guard)
            come.remove(other)
            found[guard[0], other[0]].append(guard[1] or guard[0])
    return found


def _by_kind(guards: Sequence[Guard]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, subject in guards:
        found[kind].append(subject)
    return found


def _edit(where: str, sentence: str, pattern: str) -> Edit:
    return Edit(DriftClass.INTERFACE, where, sentence, pattern=pattern)
