"""What a Ray cluster of processes makes of a check: `python -m tests.bench.cluster --torch 2.13.0 CASE …`.

Each machine has one core of this one, as long as there are some. A check is made here, then on clusters of as
many machines as are asked for, and on one of three that loses a machine in the middle; all must give the same
records, byte for byte. Ends with 1 where they do not.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from graph_goldens.gate.project import find_project
from graph_goldens.records import dump_capture
from graph_goldens.runs.run import load_run
from tests.machines.ray_processes import Machines, find_descendants

Records = dict[str, list[str]]
LOSING = 3  # machines, of which one is lost


@dataclass(frozen=True)
class Check:
    """A check that is made again and again.

    Attributes:
        arguments: what `goldens check` is given.
        runs: the folder in which it leaves its runs.
    """

    arguments: Sequence[str]
    runs: Path

    def make(self, title: str, machines: Machines | None = None, *, lose: bool = False) -> Records:
        """Make it, print how long it took, and return its records."""
        began = time.time()
        place = ("--on", "ray") if machines else ("--no-cache",)
        with subprocess.Popen(
            [sys.executable, "-m", "graph_goldens.cli", "check", *self.arguments, *place],
            env={**os.environ, **(machines.variables if machines else {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if machines and lose and re.search("capturing: [0-9]+/", line):
                    machines.kill(find_busy(machines))
                    lose = False
        assert not lose, "nothing was captured, so no machine was lost"
        seconds = time.time() - began
        files = sorted(file for file in self.runs.glob("*.jsonl") if file.stat().st_mtime >= began)
        records = {file.name: _read(file) for file in files}
        count = sum(map(len, records.values()))
        assert count, "no record came of it"
        print(
            f"{title:>28}: ended with {process.returncode}, {count:,} records, {seconds:6.1f} s, "
            f"{count / seconds:5.1f} records/s, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        return records


def _read(file: Path) -> list[str]:
    """Read the records of a run, without what is of one capture alone: how long it took, and its log."""
    captures = load_run(file).captures.values()
    return [dump_capture(replace(capture, seconds=0, log="")) for capture in captures]


def find_busy(machines: Machines) -> "subprocess.Popen[str]":
    """Find a machine that captures: a worker is among what it started."""
    return next(
        machine
        for machine in machines.started[1:]
        if any(b"capture/worker" in _read_command(pid) for pid in find_descendants(machine.pid))
    )


def _read_command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended
        return b""


@contextmanager
def open_cluster(count: int, kept: Path) -> Iterator[Machines]:
    """Start a cluster of some machines, each bound to a core, that keep their environments in a folder."""
    with tempfile.TemporaryDirectory(prefix="gg", dir="/tmp", ignore_cleanup_errors=True) as folder:
        machines = Machines(Path(folder), kept)
        try:
            machines.start_head()
            for number in range(count):
                machines.add()
                _bind(machines.started[-1].pid, number)
            yield machines
        finally:
            machines.close()


def _bind(pid: int, number: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    for each in (pid, *find_descendants(pid)):
        os.sched_setaffinity(each, {cores[number % len(cores)]})


def main() -> int:
    """Make the checks, and say whether their records are the same."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster", description=__doc__)
    parser.add_argument("cases", nargs="*", help="cases, packs or patterns of either")
    parser.add_argument("--torch", action="append", default=[], help="PyTorch versions")
    parser.add_argument("--machines", type=int, nargs="*", default=[1, 2], help="sizes of clusters")
    parser.add_argument("--kept", type=Path, required=True, help="where each machine keeps its environments")
    chosen = parser.parse_args()
    versions = [part for version in chosen.torch for part in ("--torch", version)]
    check = Check((*chosen.cases, *versions), find_project(Path.cwd()).working / "runs")
    expected = check.make("here")
    same = []
    for count in chosen.machines:
        with open_cluster(count, chosen.kept.resolve()) as machines:
            records = check.make(f"a cluster of {count}", machines)
            same.append(records == expected)
    with open_cluster(LOSING, chosen.kept.resolve()) as machines:
        title = f"one of {LOSING} lost in the middle"
        same.append(check.make(title, machines, lose=True) == expected)
    print("records are the same everywhere" if all(same) else f"records differ: {same}")
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
