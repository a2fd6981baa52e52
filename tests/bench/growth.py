"""How a check grows with its cases, in time and memory, and how it goes where everything drifted."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from graph_goldens.gate.project import Project
from tests.bench.asked import Asked
from tests.bench.copies import make_copies
from tests.bench.measure import GOLDENS, Measured, run_check
from tests.bench.start_up import BASE, hold_against_import, time_command
from tests.bench.tables import list_ratios, show_growth, show_measured

TIMES = (1, 8)
_REUSED = {1: 4.0, 8: 16.0}


def show_how_it_grows(console: Console, project: Project, folder: Path, runs: int) -> Iterator[Asked]:
    """Check a pack, and eight times as much, once with nothing reused and then with everything reused."""
    rows: dict[int, tuple[Measured, Measured]] = {}
    for times in TIMES:
        console.print(f"{times} times the cases", style="dim")
        copies = make_copies(project, folder / f"times{times}", times)
        cold = run_check(copies, "--no-cache")
        run_check(copies)
        reused: list[Measured] = []
        ratios: list[float] = []
        for _ in range(max(runs, 3)):
            base, _ = time_command(BASE, copies)
            reused.append(run_check(copies))
            ratios.append(reused[-1].seconds / base)
        rows[times] = cold, reused[-1]
        pending = [hold_against_import((*GOLDENS, "pending"), copies)[1] for _ in range(runs)]
        yield Asked(f"pending, {times} times the cases, to `import typer, rich`, CPU", pending, 6.0)
        yield Asked(f"all reused, {times} times the cases, to `import typer, rich`", ratios, _REUSED[times])
    show_growth(console, rows)
    memory = rows[8][0].memory / rows[1][0].memory
    yield Asked("memory of a check of 8 times the cases to that of one", [memory], 1.2)


def compare_with_drift(console: Console, project: Project, folder: Path, runs: int) -> Iterator[Asked]:
    """Check a pack whose goldens are of the oldest PyTorch alone: nearly all of it drifted, and is proved."""
    same = make_copies(project, folder / "same", 1)
    drifted = make_copies(project, folder / "drifted", 1)
    oldest = min(project.supported)
    for overlay in (drifted / "snapshots").iterdir():
        if overlay.name != f"torch-{oldest}":
            shutil.rmtree(overlay)
    clean: list[Measured] = []
    full: list[Measured] = []
    for number in range(runs):
        console.print(f"drifted: run {number + 1} of {runs}", style="dim")
        clean.append(run_check(same, "--no-cache"))
        full.append(run_check(drifted, "--no-cache", fails=True))
    records: Sequence[dict[str, str]] = json.loads(full[-1].output)["records"]
    share = sum(row["finding"] == "drifted" for row in records) / len(records)
    show_measured(console, {"check, nothing drifted": clean, f"check, {share:.0%} drifted": full})
    yield Asked(f"check where {share:.0%} drifted to one where nothing did", list_ratios(full, clean), 2.2)
