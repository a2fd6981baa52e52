"""`make bench`: how long things take, beside PyTorch alone, beside a plain file, beside an import."""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.gate.project import Project, find_project
from tests.bench.asked import Asked, show_asked
from tests.bench.checks import compare_with_plain_file, compare_with_torch
from tests.bench.copies import make_copies
from tests.bench.growth import compare_with_drift, show_how_it_grows
from tests.bench.large_graphs import measure_large_graphs
from tests.bench.searches import compare_history_page, compare_searches
from tests.bench.start_up import show_start_up
from tests.bench.versions import compare_matrix

_WIDE = 120
"""Columns that the tables need, where what reads them says nothing of its width."""


@dataclass(frozen=True)
class Bench:
    """What is measured.

    Attributes:
        project: this repository.
        pack: a project of its first pack alone.
        environment: the default PyTorch.
        folder: where what is measured may write.
        runs: how often each is measured.
        console: where tables go.
    """

    project: Project
    pack: Project
    environment: Environment
    folder: Path
    runs: int
    console: Console


def measure_start_up(bench: Bench) -> Iterator[Asked]:
    """Show what commands cost before they do anything."""
    show_start_up(bench.console, bench.project.root)
    return iter(())


PARTS: dict[str, Callable[[Bench], Iterator[Asked]]] = {
    "start-up": measure_start_up,
    "torch": lambda it: compare_with_torch(it.console, it.pack, it.environment, it.runs, 0.85),
    "plain": lambda it: compare_with_plain_file(it.console, it.pack, it.environment, it.folder, it.runs),
    "growth": lambda it: show_how_it_grows(it.console, it.project, it.folder, it.runs),
    "drifted": lambda it: compare_with_drift(it.console, it.project, it.folder, it.runs),
    "searches": lambda it: compare_searches(it.console, it.folder),
    "page": lambda it: compare_history_page(it.console, it.project, it.folder),
    "graphs": lambda it: measure_large_graphs(it.console),
}
"""What is measured where nothing else is asked for: some forty minutes on two cores."""
LONG_PARTS: dict[str, Callable[[Bench], Iterator[Asked]]] = {
    "all-packs": lambda it: compare_with_torch(it.console, it.project, it.environment, 1, 0.75),
    "matrix": lambda it: compare_matrix(it.console, it.project, it.folder),
}
"""What takes half an hour more each, and is measured where it is named."""


def main() -> None:
    """Measure, and print what was measured beside what is asked."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, *LONG_PARTS, []], help="what is measured; all but the long ones"
    )
    asked = parser.parse_args()
    project = find_project(Path.cwd())
    release = describe_release(str(project.default))
    environment = open_environment(release, project.working, lambda text: None)
    console = Console(highlight=False)
    console.width = max(console.width, _WIDE)
    rows: list[Asked] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pack = find_project(make_copies(project, folder / "pack", 1))
        bench = Bench(project, pack, environment, folder, asked.runs, console)
        for part in asked.parts or PARTS:
            rows += {**PARTS, **LONG_PARTS}[part](bench)
    show_asked(console, rows)


if __name__ == "__main__":
    main()
