"""One change of chance in a real golden that matters: to a graph string, or to what is told beside it."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from packaging.version import Version

from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Outcome, Record
from tests.drift.invented.mutating import VERSION
from tests.drift.labelled.records import text_of, with_text
from tests.drift.labelled.versions import SNAPSHOTS

Chance = random.Random
Change = Callable[[str, Chance], str | None]

_NODE = re.compile(r"\s*%(\w+) ")
_USED = re.compile(r"%\w+")
_ARGUMENTS = re.compile(r"args = \((.*)\), kwargs")
_NUMBER = re.compile(r"(?<=[( ,\[])\d+(?=[,)\]][^\n]*kwargs)")
_RETURNED = re.compile(r"return [(\[](.*)[)\]]$")
_TARGET = re.compile(r"call_\w+\[target=[\w.]+")
_VALUE_CHANGES = (
    (r"float32", "float16"),
    (r" cpu", " cuda:0"),
    (r"\](?: stride \([^)]*\))? cpu", "] stride (7) cpu"),
    (r"\[(\d)", r"[7\1"),
)


def count_another(text: str, chance: Chance) -> str | None:
    """Call with another number."""
    return _replace_one(_NUMBER, text, chance, lambda found: str(int(found) + 1))


def call_another(text: str, chance: Chance) -> str | None:
    """Call another overload, function or method."""
    return _replace_one(_TARGET, text, chance, lambda found: f"{found}_other")


def _replace_one(
    pattern: re.Pattern[str], text: str, chance: Chance, change: Callable[[str], str]
) -> str | None:
    found = list(pattern.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    return text[: match.start()] + change(match[0]) + text[match.end() :]


def exchange_operands(text: str, chance: Chance) -> str | None:
    """Exchange the first two values that a node is called with."""
    places = list(_list_operands(text))
    if not places:
        return None
    first, second, one, other = chance.choice(places)
    return "".join((text[:first], other, text[first + len(one) : second], one, text[second + len(other) :]))


def _list_operands(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _ARGUMENTS.finditer(text):
        used = list(_USED.finditer(match[1]))
        if len(used) > 1 and used[0][0] != used[1][0]:
            start = match.start(1)
            yield start + used[0].start(), start + used[1].start(), used[0][0], used[1][0]


def use_another(text: str, chance: Chance) -> str | None:
    """Use another value that is there already."""
    lines = text.split("\n")
    places = list(_list_uses(lines))
    if not places:
        return None
    at, match, others = chance.choice(places)
    lines[at] = lines[at][: match.start()] + chance.choice(others) + lines[at][match.end() :]
    return "\n".join(lines)


def _list_uses(lines: Sequence[str]) -> Iterator[tuple[int, re.Match[str], Sequence[str]]]:
    """List where values are used, each with the other values that are there by then."""
    names: list[str] = []
    for at, line in enumerate(lines):
        if node := _NODE.match(line):
            for match in _USED.finditer(line, line.find("args = (")) if "args = (" in line else ():
                if others := [name for name in names if name != match[0]]:
                    yield at, match, others
            names.append(f"%{node[1]}")


def exchange_results(text: str, chance: Chance) -> str | None:
    """Exchange two of what is returned."""
    match = _RETURNED.search(text)
    items = match[1].split(", ") if match else []
    if match is None or len(set(items)) < 2:
        return None
    one, other = chance.sample(sorted(set(items)), 2)
    exchanged = [{one: other, other: one}.get(item, item) for item in items]
    return text[: match.start(1)] + ", ".join(exchanged) + text[match.end(1) :]


def exchange_inputs(text: str, chance: Chance) -> str | None:
    """Take two inputs in another order."""
    lines = text.split("\n")
    inputs = ["placeholder[" in line for line in lines]
    places = [at for at, pair in enumerate(pairwise(inputs)) if all(pair)]
    if not places:
        return None
    at = chance.choice(places)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return "\n".join(lines)


def value_another(text: str, chance: Chance) -> str | None:
    """Give a value another dtype, device, stride or size."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    pattern, by = chance.choice(_VALUE_CHANGES)
    lines[at] = re.sub(pattern, by, lines[at], count=1)
    return "\n".join(lines)


def tell_less(text: str, chance: Chance) -> str | None:
    """Leave out a line, but one that says that nothing is known."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    return None if lines[at].endswith("unknown") else "\n".join(lines[:at] + lines[at + 1 :])


CHANGES: Mapping[Change, str] = {
    **dict.fromkeys(
        (count_another, call_another, exchange_operands, use_another, exchange_results, exchange_inputs),
        ".graph",
    ),
    value_another: ".values",
}
TOLD = (".effects", ".constants", ".signature", ".ranges", ".guards")


@cache
def list_goldens() -> tuple[Record, ...]:
    """List what the newest version resolves to, where it holds graphs."""
    goldens = Goldens(SNAPSHOTS, ())
    keys = sorted({stored.key for stored in goldens.list_stored()})
    found = (goldens.resolve(*key, Version(VERSION)) for key in keys)
    return tuple(each.record for each in found if each and each.record.outcome is Outcome.GRAPHS)


def change_by_chance(chance: Chance) -> tuple[str, Record, Record] | None:
    """Change a golden of chance in a way of chance; None where that way changes nothing of it."""
    record = chance.choice(list_goldens())
    ways = [*CHANGES.items(), *((tell_less, kind) for kind in TOLD)]
    change, kind = chance.choice(ways)
    names = [each.name for each in record.artifacts if each.name.endswith(kind)]
    if not names:
        return None
    name = chance.choice(names)
    old = text_of(record, name)
    new = change(old, chance)
    if not new or new == old:
        return None
    return (
        f"{change.__name__} in {name} of {record.key}",
        record,
        with_text(record, name, _recount(new, kind)),
    )


def _recount(text: str, kind: str) -> str:
    """Count anew in a graph string how many nodes use each value."""
    if kind != ".graph":
        return text

    def count(match: re.Match[str]) -> str:
        users = sum(
            bool(re.search(rf"(?<![\w%])%?{match[2]}(?!\w)", line.partition("] = ")[2] or line))
            for line in text.split("\n")
            if not line.lstrip().startswith(f"%{match[2]} ")
        )
        return f"{match[1]}[num_users={users}]"

    return re.sub(r"(%(\w+) : (?:[\w.]+ )?)\[num_users=\d+\]", count, text)
