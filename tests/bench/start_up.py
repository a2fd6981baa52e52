"""How much a command costs before it does anything, beside importing what it is written with."""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

TIMES = 9
_GOLDENS = (sys.executable, "-m", "graph_goldens.cli")
_RECORD = ("torchbind/attribute", "--path", "export")
BASE = (sys.executable, "-c", "import typer, rich")
ROWS = {
    "--help": ((*_GOLDENS, "--help"), 1.3),
    "show CASE --path P": ((*_GOLDENS, "show", *_RECORD), 1.3),
    "pending, nothing pending": ((*_GOLDENS, "pending"), 1.3),
    "history CASE --path P": ((*_GOLDENS, "history", *_RECORD), 5.0),
}


def show_start_up(console: Console, folder: Path) -> None:
    """Show the CPU time of each command as a ratio to that of the imports, measured in turn."""
    spent: dict[str, list[float]] = {name: [] for name in ("", *ROWS)}
    for _ in range(TIMES):
        for name, command in (("", BASE), *((name, row[0]) for name, row in ROWS.items())):
            spent[name].append(_measure_cpu(command, folder))
    base = statistics.median(spent[""])
    table = Table(box=None, pad_edge=False, title="start-up, CPU time", title_justify="left")
    for heading in ("", "ms", "to `import typer, rich`", "at most"):
        table.add_column(heading, justify="right" if heading else "left")
    table.add_row("python -c 'import typer, rich'", f"{base * 1000:.0f}", "1.00", "")
    for name, (_, most) in ROWS.items():
        seconds = statistics.median(spent[name])
        table.add_row(f"goldens {name}", f"{seconds * 1000:.0f}", f"{seconds / base:.2f}", f"{most:.1f}")
    console.print(table)


def _measure_cpu(command: Sequence[str], folder: Path) -> float:
    before = os.times()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    children = after.children_user + after.children_system
    return children - before.children_user - before.children_system
