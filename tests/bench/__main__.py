"""`make bench`: how long a check takes, beside PyTorch alone and beside a plain file of expected graphs."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.capture_variables import compose_capture_variables
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.project import Project, find_project
from graph_goldens.goldens.reader import parse
from graph_goldens.records import Outcome
from tests.bench.copies import make_copies
from tests.bench.measure import Measured, measure
from tests.bench.plain import PATHS, QUICK, PlainFile, graphs_seen
from tests.bench.start_up import show_start_up
from tests.bench.tables import ratio_words, show_growth, show_longest, show_measured

FLOOR = Path(__file__).with_name("floor.py")
GROWTH = (1, 2, 4, 8)

WITH_LIBRARY = "check, C++ library compiled too"
COLD = "check, nothing reused"
CACHED = "check, all reused"
BARE = "PyTorch alone, one process"
PLAIN = "plain file"
COLD_QUICK = "check by the quick tracing paths"
PLAIN_QUICK = "plain file of the quick tracing paths"


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    parser.add_argument(
        "--growth",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="also with 2, 4 and 8 times the cases",
    )
    asked = parser.parse_args()
    project = find_project(Path.cwd())
    environment = open_environment(describe_release(str(project.default)), project.working, lambda text: None)
    console = Console(highlight=False)
    show_start_up(console, project.root)
    with tempfile.TemporaryDirectory() as folder:
        _compare(console, project, environment, Path(folder), asked.runs)
    if asked.growth:
        _grow(console, project)


def _compare(console: Console, project: Project, environment: Environment, folder: Path, runs: int) -> None:
    """Measure all in turn, so that a slow minute of the machine meets each alike."""
    cases = _case_names(project)
    plain = PlainFile(project, environment, folder / "all", cases)
    quick = PlainFile(project, environment, folder / "quick", cases, QUICK)
    for file in (plain, quick):
        file.fill()
    found: dict[str, list[Measured]] = defaultdict(list)
    for number in range(runs):
        console.print(f"run {number + 1} of {runs}", style="dim")
        found[WITH_LIBRARY].append(_without_libraries(project, lambda: _check(project.root, "--no-cache")))
        found[COLD].append(_check(project.root, "--no-cache"))
        _check(project.root)
        found[CACHED].append(_check(project.root))
        found[BARE].append(_floor(project, environment))
        found[PLAIN].append(plain.run())
        found[COLD_QUICK].append(_check(project.root, "--no-cache", *(f"--path={path}" for path in QUICK)))
        found[PLAIN_QUICK].append(quick.run())
    cold, bare = found[COLD], found[BARE]
    result, floor = json.loads(cold[-1].output), json.loads(bare[-1].output.splitlines()[-1])
    seconds: dict[tuple[str, ...], float] = {
        (row["case"], row["path"]): row["seconds"] for row in result["records"]
    }
    console.print(f"{result['environment']['torch']}, {len(seconds)} records, {runs} runs of each:")
    show_measured(console, {what: found[what] for what in (WITH_LIBRARY, COLD, CACHED, BARE)})
    console.print(ratio_words("check to PyTorch alone", cold, bare))
    console.print(ratio_words("check with all reused to one with nothing reused", found[CACHED], cold))
    _show_plain(console, len(PATHS), cold, found[PLAIN])
    _show_plain(console, len(QUICK), found[COLD_QUICK], found[PLAIN_QUICK])
    show_longest(console, seconds, {tuple(key.split()): value for key, value in floor["traces"].items()})


def _show_plain(console: Console, paths: int, ours: Sequence[Measured], theirs: Sequence[Measured]) -> None:
    """Compare a check, for each graph, with a plain file that covers some tracing paths."""
    graphs = json.loads(ours[-1].output)["graphs"], graphs_seen(theirs[-1])
    console.print(f"\nbeside a plain file of what is expected, by {paths} tracing paths:")
    names = f"check, {graphs[0]} graphs", f"unittest with expecttest, {graphs[1]} graphs"
    show_measured(console, dict(zip(names, (ours, theirs), strict=True)))
    console.print(ratio_words("time for each graph", ours, theirs, graphs))


def _case_names(project: Project) -> list[str]:
    """Name the cases that have a program: their goldens hold a graph, or an error."""
    files = sorted(project.snapshots.glob("*/torchbind/*/make-fx-fake.md"))
    records = (parse(file.read_bytes(), str(file)).record for file in files)
    wanted = (record for record in records if record.artifacts or record.outcome is Outcome.ERROR)
    return sorted({record.case.rpartition("/")[2] for record in wanted})


def _without_libraries(project: Project, action: Callable[[], Measured]) -> Measured:
    shutil.rmtree(project.working / "libraries", ignore_errors=True)
    return action()


def _check(folder: Path, *options: str) -> Measured:
    return measure(
        [sys.executable, "-m", "graph_goldens.cli", "check", "--json", *options], folder, _own_path()
    )


def _own_path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def _floor(project: Project, environment: Environment) -> Measured:
    libraries = start_libraries(project.cases, environment, project.working)
    files = [str(library.await_path()) for library in libraries.values()]
    variables = compose_capture_variables(project.working, make_worker_path(project.working), hash_seed=0)
    return measure([str(environment.python), str(FLOOR), str(project.cases), *files], project.root, variables)


def _grow(console: Console, project: Project) -> None:
    """Measure checks of a project with more and more copies of the cases."""
    rows: dict[int, tuple[Measured, Measured]] = {}
    for times in GROWTH:
        with tempfile.TemporaryDirectory() as name:
            folder = make_copies(project, Path(name), times)
            rows[times] = _check(folder, "--no-cache"), _check(folder)
    show_growth(console, rows)


main()
