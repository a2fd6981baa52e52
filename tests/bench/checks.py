"""Fresh checks beside PyTorch alone, and beside a plain file of what is expected of each graph."""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console

from graph_goldens.environments.capture_variables import compose_capture_variables
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.gate.project import Project
from graph_goldens.goldens.reader import parse
from graph_goldens.records import Outcome
from tests.bench.asked import Asked
from tests.bench.copies import PACK
from tests.bench.measure import Measured, measure, run_check
from tests.bench.plain import PATHS, QUICK, PlainFile, graphs_seen
from tests.bench.tables import list_ratios, ratio_words, show_longest, show_measured

FLOOR = Path(__file__).with_name("floor.py")

WITH_LIBRARY = "check, C++ library compiled too"
COLD = "check, nothing reused"
CACHED = "check, all reused"
BARE = "PyTorch alone, one process"


def compare_with_torch(
    console: Console, project: Project, environment: Environment, runs: int, most: float
) -> Iterator[Asked]:
    """Measure all in turn, so that a slow minute of the machine meets each alike.

    Args:
        console: where tables go.
        project: the project that is checked.
        environment: what it is checked in.
        runs: how often.
        most: the most that a check may take of PyTorch's own wall time.
    """
    found: dict[str, list[Measured]] = defaultdict(list)
    for number in range(runs):
        console.print(f"{project.root.name}: run {number + 1} of {runs}", style="dim")
        found[WITH_LIBRARY].append(_without_libraries(project, lambda: run_check(project.root, "--no-cache")))
        found[COLD].append(run_check(project.root, "--no-cache"))
        run_check(project.root)
        found[CACHED].append(run_check(project.root))
        found[BARE].append(_run_floor(project, environment))
    cold, bare = found[COLD], found[BARE]
    result, floor = json.loads(cold[-1].output), json.loads(bare[-1].output.splitlines()[-1])
    seconds: dict[tuple[str, ...], float] = {
        (row["case"], row["path"]): row["seconds"] for row in result["records"]
    }
    console.print(f"{result['environment']['torch']}, {len(seconds):,} records, {runs} runs of each:")
    show_measured(console, found)
    console.print(ratio_words("check to PyTorch alone", cold, bare))
    show_longest(console, seconds, {tuple(key.split()): value for key, value in floor["traces"].items()})
    what = f"fresh check of {len(seconds):,} records to PyTorch alone"
    yield Asked(what, list_ratios(cold, bare), most)
    yield Asked(f"{what}, CPU", list_ratios(cold, bare, cpu=True), 1.6)


def compare_with_plain_file(
    console: Console, project: Project, environment: Environment, folder: Path, runs: int
) -> Iterator[Asked]:
    """Measure a check of a pack beside a plain file of its graphs, by all paths and by the quick ones."""
    cases = _name_cases(project)
    for name, paths, most in (("all", tuple(PATHS), 0.8), ("quick", QUICK, 1.0)):
        file = PlainFile(project, environment, folder / name, cases, paths)
        file.fill()
        options = [f"--path={path}" for path in paths]
        ours: list[Measured] = []
        theirs: list[Measured] = []
        for number in range(runs):
            console.print(f"plain file, {name} paths: run {number + 1} of {runs}", style="dim")
            ours.append(run_check(project.root, "--no-cache", *options))
            theirs.append(file.run())
        graphs = json.loads(ours[-1].output)["graphs"], graphs_seen(theirs[-1])
        console.print(f"\nbeside a plain file of what is expected, by {len(paths)} tracing paths:")
        names = f"check, {graphs[0]} graphs", f"unittest with expecttest, {graphs[1]} graphs"
        show_measured(console, dict(zip(names, (ours, theirs), strict=True)))
        what = f"check by {len(paths)} paths to a plain file, for each graph"
        yield Asked(what, list_ratios(ours, theirs, graphs), most)


def _name_cases(project: Project) -> Sequence[str]:
    """Name the cases that have a program: their goldens hold a graph, or an error."""
    files = sorted(project.snapshots.glob(f"*/{PACK}/*/make-fx-fake.md"))
    records = (parse(file.read_bytes(), str(file)).record for file in files)
    wanted = (record for record in records if record.artifacts or record.outcome is Outcome.ERROR)
    return sorted({record.case.rpartition("/")[2] for record in wanted})


def _without_libraries(project: Project, action: Callable[[], Measured]) -> Measured:
    shutil.rmtree(project.working / "libraries", ignore_errors=True)
    return action()


def _run_floor(project: Project, environment: Environment) -> Measured:
    libraries = start_libraries(project.cases, environment, project.working)
    files = [str(library.await_path()) for library in libraries.values()]
    variables = compose_capture_variables(project.working, make_worker_path(project.working), hash_seed=0)
    return measure([str(environment.python), str(FLOOR), str(project.cases), *files], project.root, variables)
