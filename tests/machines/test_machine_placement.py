"""A check whose captures are made elsewhere: reuse, proof and verdicts are the host's, as on one machine."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_goldens.gate.check import check
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.machines.machine_placement import MachinePlacement
from graph_goldens.machines.orders import (
    CaptureOrder,
    CaptureTold,
    CasesListed,
    GroupOpened,
    News,
    Noted,
    OrderEnded,
    OrderKind,
)
from graph_goldens.records import Capture
from graph_goldens.runs.run import load_run
from graph_goldens.runs.selection import EVERYTHING, Selection
from graph_goldens.runs.verdict import Finding
from tests.machines.fake_machines import CASES, ELSEWHERE, HELLO, FakeMachines, do_well


class Heard:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.begun: list[tuple[str, int]] = []
        self.captures: list[Capture] = []

    def note(self, text: str) -> None:
        self.notes.append(text)

    def begin(self, what: str, total: int) -> None:
        self.begun.append((what, total))

    def advance(self, capture: Capture) -> None:
        self.captures.append(capture)


def answer(order: CaptureOrder) -> Iterator[News]:
    """Answer as a machine to which nothing happens."""
    match order.kind:
        case OrderKind.RECORDS:
            yield from do_well(order)
            return
        case OrderKind.LISTING:
            yield CasesListed(HELLO, CASES)
        case OrderKind.ENVIRONMENT:
            yield Noted("machine a: making the environment torch-2.13.0")
            yield GroupOpened(ELSEWHERE)
    yield OrderEnded()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "mine" / "p").mkdir(parents=True)
    (tmp_path / "mine" / "p" / "c.py").write_text("")
    (tmp_path / "pyproject.toml").write_text('[tool.goldens]\ncases = "mine"\ntimeout = 7\nmemory = "1G"\n')
    return find_project(tmp_path)


def make_request(project: Project, machines: FakeMachines, selection: Selection = EVERYTHING) -> Request:
    placement = MachinePlacement(machines, 1, itertools.count(1))
    return Request(project, "python", selection, reuse=True, placement=placement)


def test_a_check_elsewhere_captures_proves_and_saves_as_here(project: Project) -> None:
    machines, heard = FakeMachines(answer), Heard()
    result = check(make_request(project, machines), heard)
    assert {verdict.finding for verdict in result.verdicts} == {Finding.MISSING}
    assert [verdict.record.key for verdict in result.verdicts] == CASES.keys
    (saved,) = (project.working / "runs").iterdir()
    run = load_run(saved)
    assert run.complete
    assert run.proved == set(CASES.keys)
    assert run.torch == HELLO.torch
    assert heard.begun == [("capturing", 260), ("proving reproducible", 260)]
    assert "machine a: making the environment torch-2.13.0" in heard.notes


def test_orders_say_where_the_cases_lie_and_what_captures_may_use(project: Project) -> None:
    machines = FakeMachines(answer)
    check(make_request(project, machines), Heard())
    assert {order.cases for order in machines.placed} == {"mine"}
    assert {(order.limits.jobs, order.limits.timeout, order.limits.memory) for order in machines.placed} == {
        (1, 7.0, 1 << 30)
    }
    numbers = [order.number for order in machines.placed]
    assert len(set(numbers)) == len(numbers)


def test_what_is_proved_is_captured_with_another_seed_from_the_other_end(project: Project) -> None:
    machines = FakeMachines(answer)
    check(make_request(project, machines), Heard())
    for seed, keys in ((0, CASES.keys), (1, CASES.keys[::-1])):
        orders = [order for order in machines.placed if order.keys and order.hash_seed == seed]
        assert sorted(key for order in orders for key in order.keys) == sorted(keys)
        for order in orders:
            assert list(order.keys) == [key for key in keys if key in order.keys]


def test_a_record_that_comes_out_otherwise_the_second_time_is_not_reproducible(project: Project) -> None:
    def waver(order: CaptureOrder) -> Iterator[News]:
        for news in answer(order):
            match news:
                case CaptureTold(key, line) if order.hash_seed and key == order.keys[0]:
                    yield CaptureTold(key, line.replace("graph of", "another graph of"))
                case _:
                    yield news

    result = check(make_request(project, FakeMachines(waver)), Heard())
    unstable = [each for each in result.verdicts if each.finding is Finding.NOT_REPRODUCIBLE]
    assert 0 < len(unstable) < 10


def test_nothing_that_was_captured_elsewhere_is_reused_or_kept(project: Project) -> None:
    for _ in range(2):
        machines = FakeMachines(answer)
        with hold_environment(make_request(project, machines), Heard()) as capturing:
            run = capturing.run(EVERYTHING)
        assert run.reused == frozenset()
        assert len(run.captures) == 260
        assert not (project.working / "cache").exists()


def test_requirements_that_cannot_be_met_cost_no_order(project: Project) -> None:
    unmet = GroupOpened(ELSEWHERE, unmet="because no torch fits")
    machines, heard = FakeMachines(lambda order: iter([unmet, OrderEnded()])), Heard()
    with hold_environment(make_request(project, machines), heard) as capturing:
        (group,) = capturing.groups
    assert group.unmet == "because no torch fits"
    assert group.describe().sentence == "all packs: requirements cannot be met: because no torch fits"
    assert len(machines.placed) == 1
