"""`make bench`: a full check from cold, the bare tracing of the same programs, and their ratio."""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from harness.environments import Environment, open_environment, release, start_libraries
from harness.environments.variables import capture_variables
from harness.environments.worker_path import make_worker_path
from harness.gate.settings import Project, find_project
from harness.runs.run import Run, load_run

FLOOR = Path(__file__).with_name("floor.py")
LONGEST = 12


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    runs = parser.parse_args().runs
    project = find_project(Path.cwd())
    environment = open_environment(release(str(project.default)), project.working, lambda text: None)
    cold, cached, floor, traces = [], [], [], {}
    for _ in range(runs):  # in turn, so that a slow minute of the machine meets all three
        shutil.rmtree(project.working / "libraries", ignore_errors=True)
        cold.append(_timed(_check))
        cached.append(_timed(_check))
        bare = _floor(project, environment)
        floor.append(float(bare["all"]))
        traces = bare["traces"]
    run = load_run(project.working / "runs" / f"torch-{environment.torch}.jsonl")
    _show(run, traces, cold, cached, floor)


def _timed(function: Callable[[], None]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _check() -> None:
    command = [sys.executable, "-m", "harness.cli", "check", "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _floor(project: Project, environment: Environment) -> Any:
    libraries = start_libraries(project.cases, environment, project.working)
    files = [str(library.result()) for library in libraries.values()]
    variables = capture_variables(project.working, make_worker_path(project.working), hash_seed=0)
    command = [str(environment.python), str(FLOOR), str(project.cases), *files]
    ended = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    return json.loads(ended.stdout.splitlines()[-1])


def _show(
    run: Run, traces: dict[str, float], cold: list[float], cached: list[float], floor: list[float]
) -> None:
    console = Console(highlight=False)
    console.print(
        f"{run.title}: {len(run.captures)} records, {len(cold)} runs of each, median (least to most)"
    )
    _line(console, "full check, nothing cached but the environment", cold)
    _line(console, "full check, C++ library cached", cached)
    _line(console, "bare tracing in one process", floor)
    ratio = statistics.median(cold) / statistics.median(floor)
    again = statistics.median(cached) / statistics.median(floor)
    console.print(
        f"ratio of the full check to bare tracing: {ratio:.2f} ({again:.2f} with the library cached)"
    )
    _longest(console, "tracing path", _by(run, traces, 1), LONGEST + 6)
    _longest(console, "case", _by(run, traces, 0), LONGEST)


def _line(console: Console, what: str, seconds: Sequence[float]) -> None:
    middle = statistics.median(seconds)
    console.print(f"  {what:<48} {middle:6.1f} s  ({min(seconds):.1f} to {max(seconds):.1f})")


def _by(run: Run, traces: dict[str, float], part: int) -> dict[str, tuple[float, float]]:
    """Sum up seconds of isolated captures and of bare traces by case (0) or tracing path (1)."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key, capture in run.captures.items():
        sums[key[part]][0] += capture.seconds
        sums[key[part]][1] += traces.get(" ".join(key), 0.0)
    return {name: (captured, bare) for name, (captured, bare) in sums.items()}


def _longest(console: Console, what: str, sums: dict[str, tuple[float, float]], most: int) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column(what)
    table.add_column("captured (s)", justify="right")
    table.add_column("bare (s)", justify="right")
    for name, (captured, bare) in sorted(sums.items(), key=lambda item: -item[1][0])[:most]:
        table.add_row(name, f"{captured:.2f}", f"{bare:.2f}")
    console.print()
    console.print(table)


main()
