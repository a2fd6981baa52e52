"""What speed is asked of the project: each line a ratio of medians within one run, and the most it may be."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Asked:
    """One line of what is asked.

    Attributes:
        what: what is held against what.
        ratios: what was measured, run by run.
        most: the most that their median may be.
        unit: what the numbers are where they are no ratios, such as `µs a node`.
    """

    what: str
    ratios: Sequence[float]
    most: float
    unit: str = ""

    @property
    def median(self) -> float:
        """What counts."""
        return statistics.median(self.ratios)

    @property
    def holds(self) -> bool:
        """Whether no more was measured than is asked."""
        return self.median <= self.most


def show_asked(console: Console, rows: Iterable[Asked]) -> None:
    """Show what was asked and what was measured."""
    table = Table(box=None, pad_edge=False, title="\nwhat is asked", title_justify="left")
    for heading in ("", "", "measured", "run by run", "at most"):
        table.add_column(heading, justify="right" if heading else "left")
    for row in rows:
        spread = f"{min(row.ratios):.3g} to {max(row.ratios):.3g}" if len(row.ratios) > 1 else ""
        measured = f"{row.median:.3g} {row.unit}".strip()
        table.add_row("✓" if row.holds else "✗", row.what, measured, spread, f"{row.most:g}")
    console.print(table)
