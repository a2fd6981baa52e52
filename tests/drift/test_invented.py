"""What matters is never called cosmetic, and what does not is never called semantic: kinds nobody listed."""

import random

import pytest

from graph_goldens.drift.classes import Severity
from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from tests.drift.invented.chance import change_by_chance
from tests.drift.invented.mutated import HARMLESS, MATTERS
from tests.drift.invented.mutating import Invented


def named(each: Invented) -> str:
    return each.name


def told(drift: Drift | None) -> list[str]:
    return [f"{edit.kind.value} {edit.where}: {edit.sentence}" for edit in drift.edits] if drift else []


def test_there_are_many_of_both() -> None:
    assert len({each.name for each in (*MATTERS, *HARMLESS)}) == len(MATTERS) + len(HARMLESS)
    assert len(MATTERS) >= 90
    assert len(HARMLESS) >= 25


@pytest.mark.parametrize("each", MATTERS, ids=named)
def test_what_matters_is_semantic_in_both_directions(each: Invented) -> None:
    for golden, record in ((each.golden, each.record), (each.record, each.golden)):
        drift = compare(golden, record)
        assert drift is not None
        assert drift.severity is Severity.SEMANTIC, told(drift)


@pytest.mark.parametrize("each", HARMLESS, ids=named)
def test_what_does_not_matter_is_cosmetic_in_both_directions(each: Invented) -> None:
    for golden, record in ((each.golden, each.record), (each.record, each.golden)):
        drift = compare(golden, record)
        assert drift is None or drift.severity is Severity.COSMETIC, told(drift)


@pytest.mark.parametrize("seed", range(8))
def test_a_change_of_chance_that_matters_is_semantic_in_both_directions(seed: int) -> None:
    chance = random.Random(seed)
    made = [made for _ in range(60) if (made := change_by_chance(chance))]
    assert len(made) >= 20
    for what, golden, record in made:
        for drift in (compare(golden, record), compare(record, golden)):
            assert drift is not None, what
            assert drift.severity is Severity.SEMANTIC, (what, told(drift))
