"""Commands that read goldens and need no PyTorch, beside importing what the command line is written with."""

import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from graph_goldens.gate.project import Project
from tests.bench.asked import Asked
from tests.bench.golden_tree import make_tree
from tests.bench.start_up import BASE, time_command

GOLDENS = 10_000
TIMES = 5
_COMMANDS = {
    "history": ("history", "torchbind/attribute_0"),
    "find": ("find", "aten.add -> aten.mul"),
    "operators": ("operators",),
    "pending": ("pending",),
    "diff": ("diff", "torchbind/attribute_0", "--from", "2.4.1", "--to", "2.15.0"),
}


def compare_searches(console: Console, folder: Path) -> Iterator[Asked]:
    """Search ten thousand goldens, each command once to make what it keeps, and then as it goes on."""
    console.print(f"a tree of {GOLDENS:,} goldens", style="dim")
    tree = folder / "tree"
    make_tree(tree, GOLDENS)
    for name, command in _COMMANDS.items():
        time_command(_command(command), tree)
        ratios = [_hold(_command(command), tree)[1] for _ in range(TIMES)]
        yield Asked(f"{name} of {GOLDENS:,} goldens to `import typer, rich`, CPU", ratios, 6.0)


def compare_history_page(console: Console, project: Project, folder: Path) -> Iterator[Asked]:
    """Write the page of all goldens and versions, and weigh it."""
    page = folder / "history.html"
    command = _command(("report", "--history", "--output", str(page)))
    for what, most in (("the first time", 60.0), ("again", 60.0)):
        console.print(f"report --history, {what}", style="dim")
        wall, cpu = _hold(command, project.root)
        yield Asked(f"report --history to `import typer, rich`, {what}", [wall], most)
        yield Asked(f"report --history to `import typer, rich`, {what}, CPU", [cpu], most)
    yield Asked("its page", [page.stat().st_size / 1e6], 20.0, "MB")


def _hold(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Hold a command against the imports, by wall time and by CPU time."""
    bases = [time_command(BASE, folder) for _ in range(3)]
    ours = time_command(command, folder)
    wall, cpu = (statistics.median(base[kind] for base in bases) for kind in (0, 1))
    return ours[0] / wall, ours[1] / cpu


def _command(words: Sequence[str]) -> Sequence[str]:
    return (sys.executable, "-m", "graph_goldens.cli", *words)
