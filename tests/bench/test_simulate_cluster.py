"""The simulation keeps what any number of machines must keep."""

from dataclasses import replace

import pytest

from tests.bench.simulate_cluster import Assumed, Simulated, simulate

ASSUMED = Assumed()
KEPT = replace(ASSUMED, environment=0.0)
WORK = [[0.11] * 2_000] * 12


@pytest.fixture(scope="module")
def found() -> dict[int, Simulated]:
    return {machines: simulate(machines, WORK, KEPT) for machines in (1, 3, 10, 100)}


def test_no_number_of_machines_is_quicker_than_all_their_cores_or_the_host(
    found: dict[int, Simulated],
) -> None:
    work = sum(map(sum, WORK))
    for machines, each in found.items():
        assert each.seconds > work / (machines * ASSUMED.cores)
        assert each.seconds > sum(map(len, WORK)) * ASSUMED.host


def test_more_machines_are_no_slower_and_are_used(found: dict[int, Simulated]) -> None:
    seconds = [each.seconds for each in found.values()]
    assert seconds == sorted(seconds, reverse=True)
    assert len(found[3].machines) == 3


def test_an_environment_is_made_once_on_a_machine_whatever_orders_come(found: dict[int, Simulated]) -> None:
    for machines, each in found.items():
        assert len(WORK) <= each.environments <= len(WORK) * machines
    assert found[1].environments == len(WORK)


def test_making_environments_takes_its_time() -> None:
    making = ASSUMED.environment / ASSUMED.fetch + ASSUMED.unpack
    assert simulate(1, WORK, ASSUMED).seconds > simulate(1, WORK, KEPT).seconds + making - 1
