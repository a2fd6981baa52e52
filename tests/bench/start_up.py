"""How much a command costs before it does anything, beside importing what it is written with."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.measure import GOLDENS, compose_variables, run_check

TIMES = 21
_RECORD = ("torchbind/attribute", "--path", "export")
BASE = (sys.executable, "-c", "import typer, rich")
ROWS = {
    "--help": ((*GOLDENS, "--help"), 1.3),
    "show CASE --path P": ((*GOLDENS, "show", *_RECORD), 1.3),
    "pending, nothing pending": ((*GOLDENS, "pending"), 1.3),
    "history CASE --path P": ((*GOLDENS, "history", *_RECORD), 5.0),
}


def show_start_up(console: Console, folder: Path) -> None:
    """Show the CPU time of each command as a ratio to that of the imports, measured in turn."""
    run_check(folder, *_RECORD)  # a saved run in which nothing is pending
    spent: dict[str, list[float]] = {name: [] for name in ("", *ROWS)}
    for _ in range(TIMES):
        for name, command in (("", BASE), *((name, row[0]) for name, row in ROWS.items())):
            spent[name].append(time_command(command, folder)[1])
    table = Table(box=None, pad_edge=False, title="start-up, CPU time", title_justify="left")
    for heading in ("", "ms", "to `import typer, rich`", "its middle half", "at most"):
        table.add_column(heading, justify="right" if heading else "left")
    table.add_row("python -c 'import typer, rich'", _spell_median(spent[""]), "1.00", "", "")
    for name, (_, most) in ROWS.items():
        ratios = [ours / base for ours, base in zip(spent[name], spent[""], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        cells = f"{middle:.2f}", f"{low:.2f} to {high:.2f}", f"{most:.1f}"
        table.add_row(f"goldens {name}", _spell_median(spent[name]), *cells)
    console.print(table)


def _spell_median(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.1f}"


def time_command(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run a command and give its wall time and its CPU time, in seconds.

    Raises:
        CalledProcessError: it failed: what a refusal takes says nothing of what was asked for.
    """
    begun, before = time.perf_counter(), _read_children_cpu()
    subprocess.run(
        command,
        cwd=folder,
        env=compose_variables(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - begun, _read_children_cpu() - before


def hold_against_import(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Hold a command against the imports, by wall time and by CPU time."""
    bases = [time_command(BASE, folder) for _ in range(3)]
    ours = time_command(command, folder)
    wall, cpu = (statistics.median(base[kind] for base in bases) for kind in (0, 1))
    return ours[0] / wall, ours[1] / cpu


def _read_children_cpu() -> float:
    """Read the CPU seconds of all children that have ended; those of `os.times` come in steps of 10 ms."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
