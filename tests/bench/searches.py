"""Commands that read goldens and need no PyTorch, beside importing what the command line is written with."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from graph_goldens.gate.project import Project
from tests.bench.asked import Asked
from tests.bench.golden_tree import make_tree
from tests.bench.measure import GOLDENS
from tests.bench.start_up import hold_against_import, time_command

MANY = 10_000
TIMES = 5
_COMMANDS = {
    "history": ("history", "torchbind/attribute_0"),
    "find": ("find", "aten.add -> aten.mul"),
    "operators": ("operators",),
    "diff": ("diff", "torchbind/attribute_0", "--from", "2.4.1", "--to", "2.15.0"),
}


def compare_searches(console: Console, folder: Path) -> Iterator[Asked]:
    """Search ten thousand goldens, each command once to make what it keeps, and then as it goes on."""
    console.print(f"a tree of {MANY:,} goldens", style="dim")
    tree = folder / "tree"
    make_tree(tree, MANY)
    for name, words in _COMMANDS.items():
        command = (*GOLDENS, *words)
        time_command(command, tree)
        ratios = [hold_against_import(command, tree)[1] for _ in range(TIMES)]
        yield Asked(f"{name} of {MANY:,} goldens to `import typer, rich`, CPU", ratios, 6.0)


def compare_history_page(console: Console, project: Project, folder: Path) -> Iterator[Asked]:
    """Write the page of all goldens and versions, and weigh it."""
    page = folder / "history.html"
    wall, cpu = hold_against_import((*GOLDENS, "report", "--history", "--output", str(page)), project.root)
    yield Asked("report --history to `import typer, rich`", [wall], 60.0)
    yield Asked("report --history to `import typer, rich`, CPU", [cpu], 60.0)
    yield Asked("its page", [page.stat().st_size / 1e6], 20.0, "MB")
