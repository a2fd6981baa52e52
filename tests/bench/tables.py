"""What was measured, as tables."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from tests.bench.measure import Measured

MOST = 12

Key = tuple[str, ...]


def show_measured(console: Console, rows: Mapping[str, Sequence[Measured]]) -> None:
    """Show for each command the median of its runs, their spread, and the memory of its processes."""
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for heading in ("seconds", "least", "most", "CPU seconds", "MiB"):
        table.add_column(heading, justify="right")
    for what, runs in rows.items():
        seconds = [run.seconds for run in runs]
        table.add_row(
            what,
            f"{statistics.median(seconds):.1f}",
            f"{min(seconds):.1f}",
            f"{max(seconds):.1f}",
            f"{statistics.median(run.cpu for run in runs):.1f}",
            f"{statistics.median(run.memory for run in runs):,.0f}",
        )
    console.print(table)


def ratio_words(what: str, ours: Sequence[Measured], theirs: Sequence[Measured]) -> str:
    """Say how two commands compare, run by run: wall time, and CPU time."""
    wall, cpu = list_ratios(ours, theirs), list_ratios(ours, theirs, cpu=True)
    return f"{what}: {_spell_ratios(wall)}; of CPU time {_spell_ratios(cpu)}"


def list_ratios(
    ours: Sequence[Measured],
    theirs: Sequence[Measured],
    counts: tuple[int, int] = (1, 1),
    *,
    cpu: bool = False,
) -> list[float]:
    """List how two commands compare, run by run, in wall or CPU time, divided by how much each did."""
    return [
        (_choose(one, cpu) / counts[0]) / (_choose(other, cpu) / counts[1])
        for one, other in zip(ours, theirs, strict=True)
    ]


def _choose(run: Measured, cpu: bool) -> float:
    return run.cpu if cpu else run.seconds


def _spell_ratios(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.3f} (run by run {min(ratios):.3f} to {max(ratios):.3f})"


def show_growth(console: Console, rows: Mapping[int, tuple[Measured, Measured]]) -> None:
    """Show how a check grows with the number of cases."""
    table = Table(box=None, pad_edge=False, title="more cases", title_justify="left")
    for heading in (
        "times",
        "nothing reused (s)",
        "for each (s)",
        "MiB",
        "all reused (s)",
        "for each (s)",
        "MiB",
    ):
        table.add_column(heading, justify="right")
    for times, (cold, cached) in rows.items():
        cells = (f"{run.seconds:.1f} {run.seconds / times:.1f} {run.memory:.0f}" for run in (cold, cached))
        table.add_row(str(times), *(cell for part in cells for cell in part.split()))
    console.print(table)


def show_longest(console: Console, captured: Mapping[Key, float], bare: Mapping[Key, float]) -> None:
    """Show which tracing paths and which cases take the longest."""
    for part, what, most in ((1, "tracing path", MOST + 6), (0, "case", MOST)):
        table = Table(box=None, pad_edge=False)
        table.add_column(what)
        table.add_column("captured (s)", justify="right")
        table.add_column("PyTorch alone (s)", justify="right")
        left, right = _sums(captured.items(), part), _sums(bare.items(), part)
        for name in sorted(left, key=lambda each: -left[each])[:most]:
            table.add_row(name, f"{left[name]:.2f}", f"{right.get(name, 0.0):.2f}")
        console.print()
        console.print(table)


def _sums(seconds: Iterable[tuple[Key, float]], part: int) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for key, number in seconds:
        found[key[part]] += number
    return found
