"""Records by orders are those that one worker gives, whatever becomes of the machines."""

import itertools
from collections.abc import Generator, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.cases.packs import ALL_PACKS
from graph_goldens.environments.uv_run import RefusedEnvironmentError
from graph_goldens.errors import ToolError
from graph_goldens.gate.placement import WantedBuild
from graph_goldens.keys import Key
from graph_goldens.machines.order_source import ATTEMPTS, LOST, OrderSource, ask, count_parts
from graph_goldens.machines.orders import (
    CaptureOrder,
    CaptureTold,
    CasesListed,
    GroupOpened,
    News,
    Noted,
    OrderEnded,
    OrderKind,
    OrderLimits,
    OrderLost,
)
from graph_goldens.records import Capture, Outcome
from tests.machines.fake_machines import (
    CASES,
    ELSEWHERE,
    HELLO,
    OPENED,
    FakeMachines,
    Story,
    capture,
    do_well,
    tell,
)

LIMITS = OrderLimits(1, 60.0, 1 << 30)
ORDER = CaptureOrder(OrderKind.RECORDS, 0, WantedBuild("python"), None, ALL_PACKS, "cases", LIMITS)
GROUP = GroupOpened(ELSEWHERE)
LISTED = CasesListed(HELLO, CASES)
KEYS = CASES.keys


def make_source(machines: FakeMachines, parts: int = 5) -> tuple[OrderSource, list[str]]:
    noted: list[str] = []
    return OrderSource(machines, ORDER, LISTED, parts, itertools.count(1), noted.append), noted


def collect(machines: FakeMachines, keys: list[Key] = KEYS, parts: int = 5) -> dict[Key, Capture]:
    source, _ = make_source(machines, parts)
    found = list(source.capture(keys, 60.0, memory=1 << 30))
    assert len(found) == len({each.record.key for each in found}), "no record comes twice"
    return {each.record.key: each for each in found}


def test_each_record_is_asked_for_once_in_the_sequence_that_is_wanted() -> None:
    machines = FakeMachines()
    backwards = KEYS[::-1]
    assert collect(machines, backwards) == {key: capture(key) for key in KEYS}
    assert len(machines.placed) == 5
    assert sorted(key for order in machines.placed for key in order.keys) == sorted(KEYS)
    for order in machines.placed:
        assert list(order.keys) == [key for key in backwards if key in order.keys]
    assert machines.withdrawn == []


@given(parts=st.integers(1, 200), count=st.integers(1, len(KEYS)))
def test_no_order_is_too_small_to_be_worth_a_worker(parts: int, count: int) -> None:
    machines = FakeMachines()
    assert collect(machines, KEYS[:count], parts).keys() == set(KEYS[:count])
    assert len(machines.placed) == max(1, min(parts, count // 50))


def test_what_was_told_before_a_machine_was_lost_counts_once() -> None:
    def lose_once(order: CaptureOrder) -> Iterator[News]:
        yield OPENED
        yield from map(tell, order.keys[:3])
        yield from do_well(order)  # another machine, which did not hear of it

    assert collect(FakeMachines(lose_once)) == {key: capture(key) for key in KEYS}


def test_an_order_that_is_lost_each_time_costs_its_own_records_that_nobody_told() -> None:
    first = 1

    def kill(order: CaptureOrder) -> Iterator[News]:
        if order.number != first:
            yield from do_well(order)
            return
        yield OPENED
        yield tell(order.keys[0])
        yield OrderLost()

    machines = FakeMachines(kill)
    found = collect(machines)
    (killer,) = (order for order in machines.placed if order.number == first)
    crashed = {key for key, each in found.items() if each.record.outcome is Outcome.CRASH}
    assert crashed == set(killer.keys[1:])
    record = found[killer.keys[1]].record
    assert record.reason == LOST == f"what ran it, or its machine, was lost {ATTEMPTS} times"
    assert record.source == next(case.source for case in CASES.cases if case.case == record.case)
    assert record.rules == HELLO.rules


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (OrderEnded("machine a: uv's program is missing"), ToolError),
        (OrderEnded("machine a: torch 99 is not offered", refused=True), RefusedEnvironmentError),
    ],
)
def test_a_machine_that_cannot_ends_the_environment_in_its_own_words(
    problem: OrderEnded, kind: type[Exception]
) -> None:
    def fail(order: CaptureOrder) -> Iterator[News]:
        yield from [problem] if order.number == 2 else do_well(order)

    machines = FakeMachines(fail)
    with pytest.raises(kind, match=problem.problem) as raised:
        collect(machines)
    assert type(raised.value) is kind
    assert {1, 3, 4, 5} <= set(machines.withdrawn), "what others still do for nothing is stopped"


OTHERS = {
    "build": replace(OPENED, hello=replace(HELLO, torch="2.13.0+cu130")),
    "platform": replace(OPENED, hello=replace(HELLO, platform="Linux-aarch64")),
    "package": replace(OPENED, packages=("einops==0.8.2",)),
    "cases": replace(OPENED, cases="other"),
}


@pytest.mark.parametrize("other", OTHERS)
def test_records_of_two_kinds_of_machine_do_not_meet(other: str) -> None:
    def differ(order: CaptureOrder) -> Iterator[News]:
        yield replace(OTHERS[other], machine="machine b") if order.number == 3 else OPENED
        yield from itertools.islice(do_well(order), 1, None)

    with pytest.raises(ToolError, match=r"machine b (has another environment|lists other cases)"):
        collect(FakeMachines(differ))


WRONG: dict[str, Story] = {
    "no record": lambda order: iter([CaptureTold(order.keys[0], "{}")]),
    "another record": lambda order: iter([CaptureTold(order.keys[0], tell(order.keys[1]).line)]),
    "too few": lambda order: iter([OPENED, OrderEnded()]),
    "an answer to something else": lambda order: iter([GROUP]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_is_none_is_told_in_a_sentence(wrong: str) -> None:
    with pytest.raises(ToolError, match=r"a machine (sent|ended)"):
        collect(FakeMachines(WRONG[wrong]))


def test_a_caller_that_stops_stops_the_machines() -> None:
    machines = FakeMachines()
    source, _ = make_source(machines)
    captures = source.capture(KEYS, 60.0, memory=1)
    next(captures)
    assert isinstance(captures, Generator)
    captures.close()
    assert sorted(machines.withdrawn) == [1, 2, 3, 4, 5]


def test_the_limits_of_captures_travel_with_the_orders() -> None:
    machines = FakeMachines()
    source, _ = make_source(machines)
    list(source.capture(KEYS, 7.0, memory=99))
    assert {order.limits for order in machines.placed} == {OrderLimits(1, 7.0, 99)}


def test_what_takes_time_is_noted() -> None:
    def make(order: CaptureOrder) -> Iterator[News]:
        yield Noted("machine a: making the environment torch-2.13.0")
        yield from do_well(order)

    source, noted = make_source(FakeMachines(make), parts=1)
    list(source.capture(KEYS, 60.0, memory=1))
    assert noted == ["machine a: making the environment torch-2.13.0"]


def test_a_machine_says_what_an_environment_is() -> None:
    machines = FakeMachines(lambda order: iter([Noted("making it"), GROUP, OrderEnded()]))
    noted: list[str] = []
    assert ask(machines, ORDER, noted.append) == GROUP
    assert noted == ["making it"]
    assert machines.placed == [ORDER]


@pytest.mark.parametrize(
    ("story", "sentence"),
    [
        ([OrderEnded("machine a: no torch", refused=True)], "machine a: no torch"),
        ([OrderLost()], "was lost 3 times"),
        ([OrderEnded()], "a machine did not say records"),
        ([OPENED], "not an answer"),
    ],
)
def test_an_environment_that_nobody_opens_is_told_in_a_sentence(story: list[News], sentence: str) -> None:
    with pytest.raises(ToolError, match=sentence):
        ask(FakeMachines(lambda order: iter(story)), ORDER, print)


@pytest.mark.parametrize(
    ("places", "environments", "parts"), [(1, 1, 2), (4, 1, 8), (4, 2, 4), (4, 12, 1), (1000, 12, 167)]
)
def test_each_place_has_about_two_orders_of_all_environments(
    places: int, environments: int, parts: int
) -> None:
    assert count_parts(places, environments) == parts
