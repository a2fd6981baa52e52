"""Which operators occur, in a terminal, as JSON and as CSV."""

import csv
import io
import sys
from collections.abc import Iterator, Sequence

from packaging.version import Version
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph_goldens.gate.operator_census import OperatorCensus, OperatorUse
from graph_goldens.records import Json
from graph_goldens.report.version_columns import choose_bands, make_columns
from graph_goldens.words import format_count, join_some

HEADINGS = ("operator", "kind", "torch", "path", "records", "cases")
MOST_OPERATORS = 40
MOST_PATHS = 4
MOST_DIGITS = 3
LEAST_NAME = 24


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
    if len(census.versions) == 1:
        _show_paths(console, shown, census.versions[0], everything=everything)
    else:
        _show_counts(console, shown, census.versions)
    if len(shown) < len(census.uses):
        rest = format_count(len(census.uses) - len(shown), "more operator")
        console.print(Text(f"… and {rest}; --verbose shows all", "dim"))
    count = len(census.uses)
    console.print(format_count(count, "operator") if count else "no operator")


def _show_paths(console: Console, uses: Sequence[OperatorUse], version: Version, *, everything: bool) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("operator", no_wrap=True)
    table.add_column("records", justify="right")
    table.add_column("by tracing paths", overflow="fold", style="dim")
    for use in uses:
        paths = join_some(use.paths, len(use.paths) if everything else MOST_PATHS)
        name = _shorten(use.operator, console.width // 2)
        table.add_row(Text(name), f"{use.count(version):,}", Text(paths))
    if uses:
        console.print(table)


def _show_counts(console: Console, uses: Sequence[OperatorUse], versions: Sequence[Version]) -> None:
    """Show in how many records each occurs, versions across, in as many bands as the width asks for."""
    longest = max((len(_shorten(use.operator, sys.maxsize)) for use in uses), default=0)
    names = min(longest, max(LEAST_NAME, console.width // 2)) + 2
    for columns, gap in choose_bands(make_columns(versions), console.width - names) if uses else ():
        heads = (" " * gap).join(column.head.rjust(MOST_DIGITS) for column in columns)
        console.print(Text(" " * names + heads, "dim"), soft_wrap=True)
        for use in uses:
            cells = [_format_number(use.count(column.version), len(column.head)) for column in columns]
            line = Text(_shorten(use.operator, names - 2).ljust(names)) + Text(" " * gap).join(cells)
            console.print(line, soft_wrap=True)


def _format_number(count: int, width: int) -> Text:
    text = str(count).rjust(max(width, MOST_DIGITS))
    return Text(text) if count else Text("·".rjust(len(text)), "dim")


def _shorten(operator: str, most: int) -> str:
    """Drop what all operators of the registry begin with, and of a long name its beginning."""
    name = operator.removeprefix("torch.ops.")
    return name if len(name) <= most else f"…{name[len(name) - most + 1 :]}"


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
