"""Every pair of the labelled set has the class that the design gives it."""

import difflib

import pytest

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Detail
from graph_goldens.records import Record
from tests.drift.labelled.everywhere import goldens
from tests.drift.labelled.pair import Pair
from tests.drift.labelled.pairs import PAIRS
from tests.drift.labelled.records import edit, graphs_alone, rename, tables


def _may_change_alone(pair: Pair) -> bool:
    """Whether a mutation leaves every graph its name, and changes what a graph string says."""
    names = [{artifact.name for artifact in record.artifacts} for record in (pair.golden, pair.record)]
    alone = graphs_alone(pair.golden, pair.record)
    return names[0] == names[1] and alone not in (pair.golden, pair.record)


ALONE = [pair for pair in PAIRS if _may_change_alone(pair)]


def named(pair: Pair) -> str:
    return f"{pair.kind.value if pair.kind else 'same'}: {pair.name}"


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_a_mutated_golden_has_the_class_that_the_design_gives_it(pair: Pair) -> None:
    _demand(pair, pair.record, pair.kind)


@pytest.mark.parametrize("pair", ALONE, ids=named)
def test_a_mutation_of_graph_strings_alone_has_that_class_too(pair: Pair) -> None:
    _demand(pair, graphs_alone(pair.golden, pair.record), pair.alone or pair.kind)


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_undoing_a_mutation_is_of_the_same_class(pair: Pair) -> None:
    _demand(pair, pair.golden, pair.kind, pair.record)


def test_an_edit_that_changes_nothing_leaves_every_golden_as_it_is() -> None:
    changed = [
        record.key
        for _, record in goldens()
        if tables(record)
        and not record == edit(lambda table: table)(record) == rename(lambda node: node.name)(record)
    ]
    assert changed == []


def test_every_class_and_every_detail_is_labelled() -> None:
    assert {pair.kind for pair in PAIRS} == {None, *DriftClass}
    assert {detail for pair in PAIRS if len(pair.details) == 1 for detail in pair.details} == {None, *Detail}


def test_mutated_goldens_are_graphs_that_a_trace_could_give() -> None:
    wrong = [
        f"{pair.name}: {name} uses {used} before it is there"
        for pair in PAIRS
        if pair.kind is not DriftClass.SPELLING
        for name, table in tables(pair.record).items()
        for place, node in enumerate(table.nodes)
        for used in node.inputs
        if used not in {earlier.name for earlier in table.nodes[:place]}
    ]
    assert wrong == []


def _demand(pair: Pair, record: Record, kind: DriftClass | None, golden: Record | None = None) -> None:
    golden = golden or pair.golden
    drift = compare(golden, record)
    found = drift.kind if drift else None
    assert found is kind, f"{_edits(drift)}\n{_difference(golden, record)}"
    if drift and kind is DriftClass.OPERATORS:
        assert drift.detail in pair.details, f"{_edits(drift)}\n{_difference(golden, record)}"


def _edits(drift: object) -> str:
    return "\n".join(
        f"{edit.kind.value}: {edit.where}: {edit.sentence}" for edit in getattr(drift, "edits", ())
    )


def _difference(golden: Record, record: Record) -> str:
    return "\n".join(difflib.unified_diff(_lines(golden), _lines(record), lineterm="", n=1))


def _lines(record: Record) -> list[str]:
    texts = [
        f"{record.outcome.value} {record.reason}",
        *(f"{name}: {record.facts[name]}" for name in record.facts),
    ]
    return "\n".join([*texts, *(artifact.text for artifact in record.artifacts)]).split("\n")
