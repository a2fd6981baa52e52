"""Capture everything again and again, in other orders and under other loads: no record may ever differ.

`python -m tests.bench.shuffle --times 20 [--cases tests/capture/tracing/packs]`: each time another order,
hash seed, number of captures at once and number of OpenMP's threads. Ends with 1 where a record differs from
that of the first time.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from graph_goldens.drift.compare import compare
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_client import start_worker
from graph_goldens.gate.project import Project, find_project
from graph_goldens.keys import Key
from graph_goldens.records import FaultKind, Record

JOBS = (1, 2, 3, 4)
THREADS = (1, 2, 4)
SHOWN = 20


@dataclass(frozen=True)
class Conditions:
    """What one time is done under.

    Attributes:
        seed: seed of the order, and of Python's hashes.
        jobs: captures at once.
        threads: threads of OpenMP and MKL.
    """

    seed: int
    jobs: int
    threads: int

    def __str__(self) -> str:
        return f"order and hash seed {self.seed}, {self.jobs} at once, OMP_NUM_THREADS={self.threads}"


def main() -> int:
    """Capture, compare, and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.shuffle", description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="how often everything is captured")
    parser.add_argument("--select", default="*", help="pattern of the cases' names")
    parser.add_argument("--torch", default="", help="PyTorch version, the project's default if not given")
    parser.add_argument("--cases", type=Path, help="folder of packs, the project's if not given")
    chosen = parser.parse_args()
    project = find_project(Path.cwd())
    project = replace(project, cases=chosen.cases.resolve()) if chosen.cases else project
    build = describe_release(chosen.torch or str(project.default))
    environment = open_environment(build, project.working, print)
    first: Mapping[Key, Record] = {}
    differing: set[Key] = set()
    for conditions in all_conditions(chosen.times):
        start = time.perf_counter()
        records = capture_all(project, environment, conditions, chosen.select)
        first = first or records
        found = differences(first, records)
        differing |= found
        seconds = time.perf_counter() - start
        print(f"{conditions}: {len(records)} records, {len(found)} differ, {seconds:.1f} s", flush=True)
    print(f"{chosen.times} times {len(first)} records: {len(differing)} differ")
    return 1 if differing or not first else 0


def all_conditions(times: int) -> Iterator[Conditions]:
    """Yield the conditions of each time."""
    for number in range(times):
        jobs, threads = JOBS[(number + 1) % len(JOBS)], THREADS[number % len(THREADS)]
        yield Conditions(number, jobs, threads)


def capture_all(
    project: Project, environment: Environment, conditions: Conditions, select: str
) -> dict[Key, Record]:
    """Capture all records of the cases that are selected, in shuffled order."""
    libraries = start_libraries(project.cases, environment, project.working)
    with start_worker(
        environment,
        project.cases,
        project.working,
        jobs=conditions.jobs,
        hash_seed=conditions.seed,
        others={name: str(conditions.threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")},
        libraries=libraries,
    ) as worker:
        listed = [Key(case.case, path) for case in worker.listing.cases for path in case.paths]
        keys = [key for key in listed if fnmatch(key[0], select)]
        random.Random(conditions.seed).shuffle(keys)
        answers = worker.capture(keys, project.timeout, memory=project.memory)
        captures = list(answers)
    faulty = [(capture.record.key, capture.fault) for capture in captures if capture.fault]
    assert not [fault for _, fault in faulty if fault and fault.kind is not FaultKind.CASE], faulty
    return {capture.record.key: capture.record for capture in captures}


def differences(first: Mapping[Key, Record], records: Mapping[Key, Record]) -> set[Key]:
    """Find the records that are not what they were the first time, and show the first few."""
    found = {key for key in first.keys() | records.keys() if first.get(key) != records.get(key)}
    for key in sorted(found)[:SHOWN]:
        one, other = first.get(key), records.get(key)
        drift = compare(one, other) if one and other else None
        print(f"  {' · '.join(key)}: {drift.edits[0] if drift else 'only once captured'}")
    return found


if __name__ == "__main__":
    sys.exit(main())
