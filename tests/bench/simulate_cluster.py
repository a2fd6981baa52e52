"""What 1 to 1,000 machines would make of a check: `python -m tests.bench.simulate_cluster [RUN]`.

Orders are split by the tool's own code, and captures take as long as they did in a run that is given; else
each takes the mean. All else that is assumed stands in `Assumed`, with where the number comes from.
"""

import heapq
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph_goldens.keys import Key
from graph_goldens.machines.order_source import MOST_JOBS, count_parts, split_records
from graph_goldens.runs.run import load_run

VERSIONS, CASES = 12, 764
GIB, MIB = 1 << 30, 1 << 20


@dataclass(frozen=True)
class Assumed:
    """What is assumed of machines and network; times in seconds, sizes in bytes.

    Attributes:
        cores: of each machine.
        jobs: captures at once of one order: the tool's own number.
        start: from an order's begin until its worker has listed the cases: `import torch` takes 1.5 to 5,
            warming up and listing the rest. Assumed for a quiet core.
        record: of one capture on a core, where no run says it: 84 CPU seconds for 764 records (README).
        task: what Ray takes to begin a task where a process waits for it. Assumed.
        connect: to connect and send the archive to the head. Assumed.
        host: what the host takes for one record: 0.7 CPU seconds for a check of 764 that captures none
            (README).
        archive: what travels: 2.9 MiB of this project, as the command says.
        told: of a record, as it is told: 3,722,776 bytes of a run of 435.
        environment: what uv fetches for an environment, of 5 GB unpacked. Assumed.
        unpack: to unpack and import it the first time: uv takes 20 s for a CUDA build.
        fetch: bytes a second that one machine gets from an index. Assumed.
        head: bytes a second that the head sends in all. Assumed.
    """

    cores: int = 16
    jobs: int = MOST_JOBS
    start: float = 6.0
    record: float = 0.11
    task: float = 0.02
    connect: float = 2.0
    host: float = 0.0009
    archive: float = 2.9 * MIB
    told: float = 8_560
    environment: float = 2.5 * GIB
    unpack: float = 20.0
    fetch: float = 100 * MIB
    head: float = 1_000 * MIB


@dataclass
class Simulated:
    """What a check came to."""

    seconds: float = 0.0
    environments: int = 0
    orders: int = 0
    machines: set[int] = field(default_factory=set)


def simulate(machines: int, work: Sequence[Sequence[float]], assumed: Assumed) -> Simulated:
    """Run the orders of several environments, each on the place that is free first, as Ray would about do."""
    each = assumed.cores // assumed.jobs
    free = [(assumed.connect, number, number % machines) for number in range(machines * each)]
    random.Random(0).shuffle(free)
    heapq.heapify(free)
    ready: dict[tuple[int, int], float] = {}
    found = Simulated()
    told_at = [_survey(environment, free, ready, assumed) for environment in range(len(work))]
    arrivals = []
    for environment, seconds in _list_orders(work, machines * each, assumed.jobs):
        at, place, machine = heapq.heappop(free)
        begin = max(at, told_at[environment]) + assumed.task
        begin = _provide(environment, machine, begin, ready, assumed)
        end = begin + assumed.start + sum(seconds) / assumed.jobs
        heapq.heappush(free, (end, place, machine))
        found.machines.add(machine)
        found.orders += 1
        arrivals.append((end, len(seconds)))
    found.environments = len(ready)
    found.seconds = _finish(arrivals, assumed) + len(found.machines) * assumed.archive / assumed.head
    return found


def _survey(
    environment: int,
    free: list[tuple[float, int, int]],
    ready: dict[tuple[int, int], float],
    assumed: Assumed,
) -> float:
    """Ask one machine what an environment is; return when it is known."""
    at, place, machine = heapq.heappop(free)
    told = _provide(environment, machine, at + assumed.task, ready, assumed) + assumed.start
    heapq.heappush(free, (told, place, machine))
    return told


def _provide(
    environment: int, machine: int, at: float, ready: dict[tuple[int, int], float], assumed: Assumed
) -> float:
    """Make an environment on a machine where it is missing; whoever comes meanwhile waits for it."""
    making = assumed.environment / assumed.fetch + assumed.unpack if assumed.environment else 0.0
    return max(at, ready.setdefault((machine, environment), at + making))


def _list_orders(
    work: Sequence[Sequence[float]], places: int, jobs: int
) -> Iterator[tuple[int, list[float]]]:
    """Split the records of each environment as the tool does; orders of all environments take turns."""
    parts = count_parts(places, len(work))
    named = {Key(f"p/c{at}", "export"): each for at, each in enumerate(work[0])}  # all take the same
    for order in list(split_records(list(named), parts, jobs, named)):
        yield from ((environment, [named[key] for key in order]) for environment in range(len(work)))


def _finish(arrivals: Sequence[tuple[float, int]], assumed: Assumed) -> float:
    """The host takes records one after another: when is it done with the last?"""
    at = 0.0
    for end, count in sorted(arrivals):
        at = max(at, end) + count * assumed.host
    return at


def read_seconds(file: Path) -> list[float]:
    """Read how long each capture of a run took."""
    return [capture.seconds for capture in load_run(file).captures.values()]


def tabulate(title: str, seconds: Sequence[float], times: int, assumed: Assumed) -> Iterator[str]:
    """Simulate numbers of machines, and yield the lines of a table."""
    work = [list(seconds) * times for _ in range(VERSIONS)]
    records = sum(map(len, work))
    yield f"{title}: {records:,} records of {VERSIONS} versions"
    yield "machines  orders  environments made  GiB moved  seconds  records/s"
    for machines in (1, 2, 3, 10, 30, 100, 300, 1000):
        found = simulate(machines, work, assumed)
        moved = (
            found.environments * assumed.environment
            + len(found.machines) * assumed.archive
            + records * assumed.told
        )
        yield (
            f"{machines:8,}  {found.orders:6,}  {found.environments:17,}  {moved / GIB:9,.1f}  "
            f"{found.seconds:7,.0f}  {records / found.seconds:9,.1f}"
        )


def main() -> None:
    assumed = Assumed()
    measured = read_seconds(Path(sys.argv[1])) if len(sys.argv) > 1 else [assumed.record] * CASES
    print(assumed)
    kept = replace(assumed, environment=0.0)
    tables = {
        "this project, no environment made yet": (1, assumed),
        "this project, all environments kept": (1, kept),
        "20 times its records, no environment made yet": (20, assumed),
        "20 times its records, all environments kept": (20, kept),
    }
    for title, (times, each) in tables.items():
        print("", *tabulate(title, measured, times, each), sep="\n")


if __name__ == "__main__":
    main()
