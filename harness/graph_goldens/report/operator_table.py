"""Which operators occur, in a terminal, as JSON and as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph_goldens.gate.operator_census import OperatorCensus, OperatorUse
from graph_goldens.records import Json
from graph_goldens.report.version_columns import make_columns
from graph_goldens.words import format_count, join_some

HEADINGS = ("operator", "kind", "torch", "path", "records", "cases")
MOST_OPERATORS = 40
MOST_PATHS = 4


def show_operators(console: Console, census: OperatorCensus, *, everything: bool) -> None:
    """Show each operator with the number of records that hold it for each version, and its tracing paths.

    Args:
        console: where to show it.
        census: what was found.
        everything: whether to show all, not only the first few.
    """
    if census.new_in:
        before, after = census.new_in
        console.print(Text(f"new in {after}, as against {before}, by the tracing paths named", "bold"))
    shown = census.uses if everything else census.uses[:MOST_OPERATORS]
    if shown:
        console.print(_build_table(census, shown, everything=everything))
    if len(shown) < len(census.uses):
        rest = format_count(len(census.uses) - len(shown), "more operator")
        console.print(Text(f"… and {rest}; --verbose shows all", "dim"))
    count = len(census.uses)
    console.print(f"{format_count(count, 'operator')}" if count else "no operator")


def _build_table(census: OperatorCensus, uses: Sequence[OperatorUse], *, everything: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("operator", overflow="fold")
    columns = make_columns(census.versions)
    for column in columns:
        table.add_column("records" if len(columns) == 1 else column.head, justify="right", no_wrap=True)
    if len(columns) == 1:
        table.add_column("by tracing paths", overflow="fold")
    for use in uses:
        counts = [_format_number(use.count(column.version)) for column in columns]
        most = len(use.paths) if everything else MOST_PATHS
        paths = [Text(join_some(use.paths, most), "dim")] if len(columns) == 1 else []
        table.add_row(Text(_shorten(use.operator)), *counts, *paths)
    return table


def _format_number(count: int) -> Text:
    return Text(f"{count:,}") if count else Text("·", "dim")


def _shorten(operator: str) -> str:
    """Drop what all operators of the registry begin with."""
    return operator.removeprefix("torch.ops.")


def encode_operators(census: OperatorCensus) -> dict[str, Json]:
    """Encode each operator with the cases by version and tracing path."""
    return {
        "versions": [str(version) for version in census.versions],
        "new_in": str(census.new_in[1]) if census.new_in else None,
        "before": str(census.new_in[0]) if census.new_in else None,
        "operators": [
            {
                "operator": use.operator,
                "kind": use.kind,
                "cases": {
                    str(version): {path: list(cases) for path, cases in paths.items()}
                    for version, paths in use.cases.items()
                },
            }
            for use in census.uses
        ],
    }


def write_operators_csv(census: OperatorCensus) -> str:
    """Write a line for each operator, version and tracing path, below the headings."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(row for use in census.uses for row in _list_rows(use, census))
    return text.getvalue()


def _list_rows(use: OperatorUse, census: OperatorCensus) -> Iterator[Sequence[object]]:
    for version in census.versions:
        for path, cases in use.cases.get(version, {}).items():
            yield use.operator, use.kind, version, path, len(cases), " ".join(cases)
