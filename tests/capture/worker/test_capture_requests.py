"""A record is what a process of its own gives, whatever other records of its case leave behind."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.gate.project import Project, find_project
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome

PATHS = ("symbolic-trace", "make-fx-real", "export", "aot-inference")
CASES = """
import os
import sys
from collections import Counter

import torch

from graph_goldens import Case, case

PATHS = ("symbolic-trace", "make-fx-real", "export", "aot-inference")
COUNTS = Counter()


def log(name):
    with open(os.path.join(os.path.dirname(__file__), name + ".log"), "a") as stream:
        stream.write(f"{os.getpid()}\\n")


def made(name, program, **more):
    log(name)
    return Case(program, args=(torch.ones(2),), paths=PATHS, **more)


@case
def counts():
    def count():
        COUNTS["observed"] += 1
        return {"observed": COUNTS["observed"]}

    return made("counts", lambda x: x.sin(), observe=count)


@case
def dies_when_traced():
    return made("dies_when_traced", lambda x: os.abort())


@case
def speaks_for_another():
    def program(x):
        frame = sys._getframe()
        while "empty" not in frame.f_locals:
            frame = frame.f_back
        channel = next(f for f in iter_frames() if "channel" in f.f_locals).f_locals["channel"]
        record = \'{"record": {"case": "p/counts", "path": "export", "outcome": "graphs", "facts": {}, \'
        channel.say("gave", record + \'"artifacts": [], "rules": 1}}\')
        channel.say("done", "")
        os._exit(0)

    return made("speaks_for_another", program)


def iter_frames():
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back
"""


@dataclass(frozen=True)
class Bench:
    """A worker of these cases, started for each request, and who built each case meanwhile."""

    project: Project
    environment: Environment
    folder: Path

    def captures(self) -> dict[Key, Capture]:
        with start_worker(self.environment, self.folder, self.project.working, jobs=1) as worker:
            for log in self.folder.glob("*/*.log"):  # of the listing
                log.unlink()
            keys = [Key(case.case, path) for case in worker.listing.cases for path in case.paths]
            return {made.record.key: made for made in worker.capture(keys, timeout=60.0)}

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
def captured(bench: Bench) -> dict[Key, Capture]:
    return bench.captures()


def test_each_record_has_a_process_of_its_own(bench: Bench, captured: dict[Key, Capture]) -> None:
    assert len(captured) == 3 * len(PATHS)
    assert bench.builders("counts") == len(PATHS)


def test_no_record_sees_what_another_left(captured: dict[Key, Capture]) -> None:
    seen = [captured[Key("p/counts", path)].record.facts["after_tracing"] for path in PATHS]
    assert seen == [{"observed": 1}] * len(PATHS)


def test_a_death_costs_one_record(captured: dict[Key, Capture]) -> None:
    assert {captured[Key("p/dies_when_traced", path)].record.outcome for path in PATHS} == {Outcome.CRASH}


def test_a_record_is_taken_only_for_the_key_that_was_asked_for(captured: dict[Key, Capture]) -> None:
    record = captured[Key("p/speaks_for_another", "make-fx-real")].record
    assert (record.outcome, record.reason) == (
        Outcome.CRASH,
        "spoke for another while tracing by make-fx-real",
    )
    assert captured[Key("p/counts", "export")].record.artifacts
