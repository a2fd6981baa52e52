"""What a machine does with an order, and how it says that it cannot."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uv
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.cases.packs import ALL_PACKS, PackChoice
from graph_goldens.environments.builds import Build, describe_release
from graph_goldens.environments.worker_messages import CaseListing, Hello
from graph_goldens.gate.pack_workers import OpenGroup, RecordSource
from graph_goldens.gate.placement import WantedBuild
from graph_goldens.keys import Key
from graph_goldens.machines import order_work
from graph_goldens.machines.order_work import Attempt, Machine, do_order
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
    SourceOpened,
)
from graph_goldens.records import Capture
from tests.machines.fake_machines import CASES, ELSEWHERE, HELLO, OPENED, capture

KEYS = tuple(CASES.keys[:5])


def make_order(
    keys: tuple[Key, ...], build: Build | str = "python", kind: OrderKind = OrderKind.RECORDS
) -> CaptureOrder:
    limits = OrderLimits(2, 9.0, 1 << 20)
    return CaptureOrder(kind, 1, WantedBuild(build), None, ALL_PACKS, "cases", limits, 3, keys)


@dataclass
class FakeSource:
    """A worker that captures whatever is asked for."""

    asked: list[object] = field(default_factory=list)
    hello: Hello = HELLO
    listing: CaseListing = CASES

    def capture(self, keys: Sequence[Key], timeout: float, *, memory: int) -> Iterator[Capture]:
        self.asked += [list(keys), timeout, memory]
        return map(capture, keys)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "project" / "cases").mkdir(parents=True)
    return Machine("machine a", tmp_path / "project", tmp_path / "working")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> FakeSource:
    """A worker in an environment that is there."""
    fake = FakeSource()

    def open_source(choice: object, hash_seed: int, note: object) -> AbstractContextManager[RecordSource]:
        fake.asked.append(hash_seed)
        return nullcontext(fake)

    def open_group(project: Any, build: object, group: object, note: Any, held: object) -> OpenGroup:
        note("making the environment")
        fake.asked += [project.jobs, project.working.name]
        return OpenGroup(PackChoice(), ELSEWHERE, open_source, ("einops==1",))

    monkeypatch.setattr(order_work, "open_group", open_group)
    return fake


def test_records_are_told_as_they_come_after_what_captures_them(machine: Machine, source: FakeSource) -> None:
    told: list[News] = []
    assert do_order(make_order(KEYS), machine, told.append) == OrderEnded()
    noted, opened, *captures = told
    assert noted == Noted("machine a: making the environment")
    assert opened == SourceOpened("machine a", HELLO, OPENED.cases, ("einops==1",))
    assert [each.key for each in captures if isinstance(each, CaptureTold)] == list(KEYS)
    assert source.asked == [2, "working", 3, list(KEYS), 9.0, 1 << 20]


def test_what_an_environment_is_is_said_without_a_worker(machine: Machine, source: FakeSource) -> None:
    told: list[News] = []
    assert do_order(make_order((), kind=OrderKind.ENVIRONMENT), machine, told.append) == OrderEnded()
    assert told[1:] == [GroupOpened(ELSEWHERE, ("einops==1",))]
    assert source.asked == [2, "working"]


def test_which_cases_there_are_is_said_by_a_worker(machine: Machine, source: FakeSource) -> None:
    told: list[News] = []
    assert do_order(make_order((), kind=OrderKind.LISTING), machine, told.append) == OrderEnded()
    assert told[1:] == [CasesListed(HELLO, CASES, ("einops==1",))]


def test_what_was_told_before_is_not_captured_again(machine: Machine, source: FakeSource) -> None:
    do_order(make_order(KEYS), machine, lambda news: None, Attempt(2, {KEYS[0]}))
    assert source.asked[3::3] == [[key] for key in KEYS[:0:-1]], "each is told before the next begins"


def test_an_order_all_of_which_was_told_starts_no_worker(machine: Machine, source: FakeSource) -> None:
    assert do_order(make_order(KEYS), machine, lambda news: None, Attempt(2, KEYS)) == OrderEnded()
    assert source.asked == [2, "working"]


@given(count=st.integers(1, 20), killer=st.integers(0, 19))
def test_one_record_that_kills_is_alone_at_the_third_attempt(count: int, killer: int) -> None:
    keys = tuple(Key(f"p/c{at}", "export") for at in range(count))
    deadly = keys[killer % count]
    told: set[Key] = set()
    for number in (1, 2, 3):
        left = Attempt(number, told).list_left(make_order(keys))
        told |= set(left[: left.index(deadly)])
    assert told == set(keys) - {deadly}


def test_a_machine_without_uv_says_so(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(uv, "find_uv_bin", fail)
    ended = do_order(make_order(KEYS, describe_release("2.13.0")), machine, lambda news: None)
    assert ended == OrderEnded("machine a: uv's program is missing: pip install --force-reinstall uv")


def test_an_interpreter_that_is_not_there_is_a_mistake_of_whoever_named_it(machine: Machine) -> None:
    ended = do_order(make_order(KEYS, "/nowhere/python"), machine, lambda news: None)
    assert ended.refused
    assert ended.problem.startswith("machine a: /nowhere/python is not an interpreter")
