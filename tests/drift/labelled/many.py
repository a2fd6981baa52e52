"""One mutation made in many real goldens: of guards, inputs' names, errors, targets, values, aliases."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Detail
from graph_goldens.records import Outcome, Record
from tests.drift.labelled.changes import numbered
from tests.drift.labelled.everywhere import aliased_before_the_output, by_key, newest, retargeted
from tests.drift.labelled.pair import ALIASES, OPEN, PLAIN, Pair
from tests.drift.labelled.records import Mutation, rename, tables, text_of, with_facts, with_text

MOST = 8

_FLOAT = re.compile(r"^(%\w+ : )float32\[", re.MULTILINE)
_INPUT = re.compile(r"[a-z][a-z_]*")


def _with(kind: str) -> Iterator[tuple[Record, str]]:
    """Yield records that hold an artifact of a kind, of which there is more than one line, and its name."""
    for record in newest():
        names = [each.name for each in record.artifacts if each.name.endswith(f".{kind}")]
        if names and "\n" in text_of(record, names[0]):
            yield record, names[0]


def _change_text(name: str, change: Callable[[str], str]) -> Mutation:
    return lambda record: with_text(record, name, change(text_of(record, name)))


def _drop_last_line(text: str) -> str:
    return text.rpartition("\n")[0]


def _list_guards() -> Iterator[Pair]:
    for record, name in islice(_with("guards"), MOST):
        yield _pair("a guard less", record, _change_text(name, _drop_last_line), DriftClass.GUARDS)


def _list_values() -> Iterator[Pair]:
    for record, name in islice(_with("values"), 3 * MOST):
        if len(_FLOAT.findall(text_of(record, name))) > 1:
            change = _change_text(name, lambda text: _FLOAT.sub(r"\1float16[", text, count=1))
            yield _pair("a value of another dtype", record, change, DriftClass.VALUES)


def _list_renamed() -> Iterator[Pair]:
    for record in islice(newest(), 0, None, 40):
        mutation = rename(numbered)
        if mutation(record) != record:
            yield _pair("all nodes renamed", record, mutation, DriftClass.RENAMED)


def _list_aliased() -> Iterator[Pair]:
    changed = (each for each in newest() if aliased_before_the_output(each) != each)
    for record in islice(changed, 0, 10 * MOST, 10):
        yield _pair(
            "an alias before the output", record, aliased_before_the_output, DriftClass.OPERATORS, ALIASES
        )


def _list_retargeted() -> Iterator[Pair]:
    mutation = retargeted("torch.ops.aten.add.Tensor", "torch.ops.aten.sub.Tensor")
    changed = (each for each in newest() if mutation(each) != each)
    for record in islice(changed, 0, 10 * MOST, 10):
        yield _pair("a sum became a difference", record, mutation, DriftClass.OPERATORS, OPEN)


def _exchange(record: Record) -> Record | None:
    """Exchange the names of the first graph's first two inputs that callers can name."""
    for graph, table in tables(record).items():
        names = [node.name for node in table.placeholders if _INPUT.fullmatch(node.name)]
        if len(names) > 1:
            return _exchange_names(names[0], names[1], graph)(record)
    return None


def _exchange_names(one: str, other: str, graph: str) -> Mutation:
    names = {one: other, other: one}
    return rename(lambda node: names.get(node.name, node.name), [graph])


def _list_exchanged() -> Iterator[Pair]:
    found = (each for each in newest() if each.path == "export" and _exchange(each))
    for record in islice(found, MOST):
        yield _pair(
            "two inputs' names exchanged", record, lambda each: _exchange(each) or each, DriftClass.INTERFACE
        )


def _list_errors() -> Iterator[Record]:
    reasons: set[str] = set()
    for records in by_key().values():
        record = records[-1]
        if (
            record.outcome is Outcome.ERROR
            and len(record.reason.split()) > 6
            and record.reason not in reasons
        ):
            reasons.add(record.reason)
            yield record


def _list_worded() -> Iterator[Pair]:
    for record in islice(_list_errors(), MOST):
        more = replace(record, reason=f"{record.reason} Please report this")
        yield _pair("an error with a request more", record, _become(more), DriftClass.WORDING)
        other = replace(record, reason=f"Other{record.reason}")
        yield _pair("an error of another type", record, _become(other), DriftClass.OUTCOME)
        named = replace(record, reason=f"{record.reason} in `other_place`, not in 'this'")
        yield _pair("an error that denies something more", record, _become(named), DriftClass.OUTCOME)


def _become(record: Record) -> Mutation:
    return lambda _: record


def _list_broken() -> Iterator[Pair]:
    for record in islice(newest(), 0, 10 * MOST, 10):
        failed = replace(record, outcome=Outcome.ERROR, reason="RuntimeError: it broke", artifacts=())
        yield _pair("graphs became an error", record, _become(failed), DriftClass.OUTCOME)
        mutation = _become(with_facts(record, same_as_eager="output 0 differs by 0.5"))
        yield _pair("results that differ now", record, mutation, DriftClass.BEHAVIOUR)


def _pair(
    name: str, record: Record, mutation: Mutation, kind: DriftClass, details: frozenset[Detail | None] = PLAIN
) -> Pair:
    case = record.case.rpartition("/")[2]
    return Pair(f"{name}, {case} by {record.path}", record, mutation, kind, details)


_LISTS = (
    _list_guards,
    _list_values,
    _list_renamed,
    _list_aliased,
    _list_retargeted,
    _list_exchanged,
    _list_worded,
    _list_broken,
)
PAIRS = tuple(pair for each in _LISTS for pair in each())
