"""What execution shows to differ is never called cosmetic, and the oracle can tell orders apart."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drift.oracle import Judged, Texts, judge, run_pairs
from tests.drift.oracle_programs import INPUTS, Program, Step, make_pairs, make_program, reorder

PAIRS = 400


def pair(*steps: Step, swapped: tuple[Step, ...], returned: tuple[str, ...]) -> tuple[Program, Program]:
    return Program(steps, returned), Program(swapped, returned)


SIN, WRITE = Step("s", "aten.sin.default", ("%x",)), Step("w", "aten.relu_.default", ("%x",))
COS = Step("c", "aten.cos.default", ("%y",))
FIRST, SECOND = Step("a", "aten.rand_like.default", ("%x",)), Step("b", "aten.rand_like.default", ("%x",))


KNOWN = (
    pair(SIN, WRITE, swapped=(WRITE, SIN), returned=("s",)),
    pair(WRITE, COS, swapped=(COS, WRITE), returned=("c",)),
    pair(FIRST, SECOND, swapped=(SECOND, FIRST), returned=("a", "b")),
)


@pytest.fixture(scope="module")
def answers() -> list[str]:
    """What running some pairs gave, the known ones first; the environment is started once."""
    return list(run_pairs([*KNOWN, *make_pairs(PAIRS, seed=14)]))


@pytest.fixture(scope="module")
def judged(answers: list[str]) -> list[Judged]:
    return [judge(answer) for answer in answers]


def test_no_order_that_gives_other_results_is_called_cosmetic(judged: list[Judged]) -> None:
    assert [each.texts for each in judged if each.wrong] == []


def test_the_pairs_hold_both_kinds_and_most_free_moves_are_seen_to_be_free(judged: list[Judged]) -> None:
    counts = Counter((each.differ, each.cosmetic) for each in judged)
    assert counts[True, False] > PAIRS // 20
    assert counts[False, True] > PAIRS // 2
    assert counts[False, False] < counts[False, True] // 4


def without_effects(texts: Texts) -> Texts:
    """Say of a graph that none of its nodes does anything."""
    return {name: text for name, text in texts.items() if not name.endswith(".effects")} | {"g.effects": ""}


def test_a_classifier_that_knew_no_effects_would_be_caught(answers: list[str]) -> None:
    assert any(judge(answer, without_effects).wrong for answer in answers)


def without_artifact(texts: Texts) -> Texts:
    """Take away the artifact, as goldens of older rules lack it."""
    return {name: text for name, text in texts.items() if not name.endswith(".effects")}


def test_goldens_without_recorded_effects_are_judged_on_the_careful_side(answers: list[str]) -> None:
    found = [judge(answer, without_artifact, rules=1) for answer in answers]
    assert [each.texts for each in found if each.wrong] == []


def test_execution_tells_a_crossed_write_and_draw_from_free_moves(judged: list[Judged]) -> None:
    assert [each.differ for each in judged[: len(KNOWN)]] == [True, False, True]


@given(st.integers(0, 10_000))
def test_programs_use_what_is_there_in_both_orders(seed: int) -> None:
    chance = random.Random(seed)
    program = make_program(chance)
    for one in (program, reorder(program, chance)):
        known = set(INPUTS)
        for step in one.steps:
            assert known >= set(step.inputs)
            known.add(step.name)
        assert known >= set(one.returned)
        assert len(one.steps) == len(program.steps)
