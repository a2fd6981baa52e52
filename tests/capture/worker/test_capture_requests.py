"""A record that is captured together with others is what it is alone, whatever the others leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.gate.project import Project, find_project
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, digest_record

PATHS = ("symbolic-trace", "make-fx-real", "export", "aot-inference")
CASES = '''
import os
import time
from collections import Counter

import torch

from graph_goldens import Case, Fact, case

PATHS = ("symbolic-trace", "make-fx-real", "export", "aot-inference")
COUNTS = Counter()
ALONE = 6  # one path alone builds its case less often


class Left:
    """What no one puts back."""

    calls = 0


def log(name):
    with open(os.path.join(os.path.dirname(__file__), name + ".log"), "a") as stream:
        stream.write(f"{os.getpid()}\\n")


def made(name, program, **more):
    log(name)
    return Case(program, args=(torch.ones(2),), paths=PATHS, **more)


@case
def plain():
    return made("plain", lambda x: x.sin())


@case
def counts():
    def count():
        COUNTS["observed"] += 1
        return {"observed": COUNTS["observed"]}

    return made("counts", lambda x: x.sin(), observe=count)


@case
def leaves_something():
    Left.calls += 1
    calls = Left.calls
    return made("leaves_something", lambda x: x.sin() if calls <= ALONE else x.cos())


@case
def dies_later():
    Left.calls += 1
    if Left.calls > ALONE:
        os.abort()
    return made("dies_later", lambda x: x.sin())


@case
def hangs_later():
    Left.calls += 1
    if Left.calls > ALONE:
        time.sleep(1000)
    return made("hangs_later", lambda x: x.sin())


@case
def claims_too_much():
    return made("claims_too_much", lambda x: x.sin(), claims=(Fact("graphs", 5),))


@case
def dies_at_once():
    log("dies_at_once")
    os.abort()
'''


@dataclass(frozen=True)
class Bench:
    """A worker of these cases, started for each request, and who built each case meanwhile."""

    project: Project
    environment: Environment
    folder: Path

    def captures(self, expected: Mapping[Key, str], timeout: float = 60.0) -> dict[Key, Capture]:
        with start_worker(self.environment, self.folder, self.project.working, jobs=1) as worker:
            for log in self.folder.glob("*/*.log"):  # of the listing
                log.unlink()
            keys = [
                Key(case.case, path) for case in worker.listing.cases for path in case.paths if path in PATHS
            ]
            return {made.record.key: made for made in worker.capture(keys, timeout, expected=expected)}

    def builders(self, case: str) -> int:
        """How many processes built a case since the last captures began."""
        return len(set((self.folder / "p" / f"{case}.log").read_text().split()))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    project = find_project(Path(__file__).parents[3])
    folder = tmp_path_factory.mktemp("cases")
    (folder / "p").mkdir()
    (folder / "p" / "some.py").write_text(CASES)
    return Bench(
        project, open_environment(describe_release(str(project.default)), project.working, print), folder
    )


@pytest.fixture(scope="module")
def alone(bench: Bench) -> dict[Key, Capture]:
    made = bench.captures({})
    assert bench.builders("plain") == len(PATHS)
    assert len(made) == 7 * len(PATHS)
    return made


@pytest.fixture(scope="module")
def digests(alone: Mapping[Key, Capture]) -> dict[Key, str]:
    return {key: digest_record(capture.record) for key, capture in alone.items()}


@pytest.fixture(scope="module")
def together(bench: Bench, digests: Mapping[Key, str]) -> dict[Key, Capture]:
    return bench.captures(digests, timeout=10.0)


def test_every_record_is_what_it_is_alone(
    alone: Mapping[Key, Capture], together: Mapping[Key, Capture]
) -> None:
    assert {key: capture.record for key, capture in together.items()} == {
        key: capture.record for key, capture in alone.items()
    }
    assert {key: capture.broken for key, capture in together.items()} == {
        key: capture.broken for key, capture in alone.items()
    }


@pytest.mark.usefixtures("together")
def test_what_is_as_expected_takes_one_process_for_all_paths_of_a_stage(bench: Bench) -> None:
    assert {name: bench.builders(name) for name in ("plain", "counts")} == {"plain": 2, "counts": 2}


def test_what_is_put_back_is_seen_by_no_other_path(together: Mapping[Key, Capture]) -> None:
    seen = [together[Key("p/counts", path)].record.facts["after_tracing"] for path in PATHS]
    assert seen == [{"observed": 1}] * len(PATHS)


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize("case", ["leaves_something", "dies_later", "hangs_later"])
def test_what_others_left_behind_or_took_down_is_captured_alone(bench: Bench, case: str) -> None:
    assert 2 < bench.builders(case) < 1 + len(PATHS)


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize("case", ["claims_too_much", "dies_at_once"])
def test_what_cannot_be_confirmed_is_captured_alone(
    bench: Bench, together: Mapping[Key, Capture], case: str
) -> None:
    assert bench.builders(case) == 1 + len(PATHS)
    assert len(together[Key("p/claims_too_much", "export")].broken) == 1
    assert together[Key("p/dies_at_once", "export")].record.outcome is Outcome.CRASH


def test_what_comes_out_otherwise_than_expected_is_captured_alone(
    bench: Bench, alone: Mapping[Key, Capture], digests: Mapping[Key, str]
) -> None:
    other = {Key("p/plain", path): "0" * 64 for path in PATHS if path != "export"}
    made = bench.captures({**digests, **other}, timeout=10.0)
    assert made[Key("p/plain", "make-fx-real")].record == alone[Key("p/plain", "make-fx-real")].record
    assert bench.builders("plain") == 1 + 3  # together, two of those again, and one of another stage


def test_few_cases_are_spread_over_more_processes(bench: Bench, digests: Mapping[Key, str]) -> None:
    bench.captures({key: digest for key, digest in digests.items() if key[0] == "p/plain"})
    assert bench.builders("plain") == 3  # two of the three paths of a stage together
