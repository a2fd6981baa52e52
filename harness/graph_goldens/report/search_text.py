"""Where a pattern stands, in a terminal and as JSON."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from packaging.version import Version
from rich.console import Console
from rich.text import Text

from graph_goldens.gate.pattern_search import FoundRecord, GraphPlace, PatternSearch, PatternTurn
from graph_goldens.keys import Key
from graph_goldens.records import Json
from graph_goldens.report.version_columns import VersionColumn, choose_bands, make_columns
from graph_goldens.words import format_count, join_some

MOST_RECORDS = 60
MOST_PLACES = 6
MOST_NAMED = 3

_NONE, _NO_GOLDEN = "·", "-"


def show_search(console: Console, search: PatternSearch, *, everything: bool) -> None:
    """Show where a pattern stands: its places for one version, else how many there are for each.

    Args:
        console: where to show it.
        search: what was found.
        everything: whether to show all records and places, not only the first few.
    """
    shown = search.records if everything else search.records[:MOST_RECORDS]
    if len(search.versions) == 1:
        _show_places(console, shown, search.versions[0], everything=everything)
    else:
        _show_counts(console, shown, search.versions)
    if len(shown) < len(search.records):
        rest = len(search.records) - len(shown)
        console.print(Text(f"… and {format_count(rest, 'more record')}; --verbose shows all", "dim"))
    if shown:
        console.print()
    for turn in search.turns:
        _show_turn(console, turn, everything=everything)
    for line in _list_totals(search):
        console.print(line, soft_wrap=True)


def _show_places(
    console: Console, records: Sequence[FoundRecord], version: Version, *, everything: bool
) -> None:
    """Show a block for each case: tracing paths in whose graphs it stands at the same nodes are told once."""
    for case, group in groupby(records, key=lambda record: record.key.case):
        console.print(Text(case, "bold"), soft_wrap=True)
        for lines, paths in _join_paths(group, version, everything=everything).items():
            told = Text(f"  {', '.join(paths)}")
            for line in told.wrap(console, max(20, console.width - 2)):
                line.rstrip()
                console.print(line)
            for graph, words in lines:
                console.print(Text.assemble("      ", (graph, "dim"), f"  {words}"), soft_wrap=True)


_Lines: TypeAlias = tuple[tuple[str, str], ...]


def _join_paths(
    records: Iterable[FoundRecord], version: Version, *, everything: bool
) -> dict[_Lines, list[str]]:
    """Join the tracing paths of a case for which the same is to be told."""
    joined: dict[_Lines, list[str]] = {}
    for record in records:
        lines = tuple(_list_lines(record.places[version], everything))
        joined.setdefault(lines, []).append(record.key.path)
    return joined


def _list_lines(places: Sequence[GraphPlace], everything: bool) -> Iterator[tuple[str, str]]:
    """List the places of a record, by graph: those of graphs that have the same are told once."""
    joined: dict[str, list[str]] = {}
    for graph, group in groupby(places, key=lambda place: place.graph):
        inside = list(group)
        shown = inside if everything else inside[:MOST_PLACES]
        more = f" and {len(inside) - len(shown)} more" if len(shown) < len(inside) else ""
        joined.setdefault(", ".join(map(_format_place, shown)) + more, []).append(graph)
    return ((", ".join(graphs), words) for words, graphs in joined.items())


def _format_place(found: GraphPlace) -> str:
    captures = ", ".join(f"{name} = {value}" for name, value in found.place.captures.items())
    return f"%{found.place.node}" + (f" ({captures})" if captures else "")


def _show_counts(console: Console, records: Sequence[FoundRecord], versions: Sequence[Version]) -> None:
    """Show how many places there are, versions across, in as many bands as the terminal's width asks for."""
    names = max((len(record.key.path) for record in records), default=0) + 4
    for columns, gap in choose_bands(make_columns(versions), console.width - names) if records else ():
        heads = (" " * gap).join(column.head for column in columns)
        console.print(Text(" " * names + heads, "dim"), soft_wrap=True)
        for case, group in groupby(records, key=lambda record: record.key.case):
            console.print(Text(case, "bold"), soft_wrap=True)
            for record in group:
                cells = [_format_cell(record, column) for column in columns]
                line = Text(f"  {record.key.path}".ljust(names)) + Text(" " * gap).join(cells)
                line.rstrip()
                console.print(line, soft_wrap=True)


def _format_cell(record: FoundRecord, column: VersionColumn) -> Text:
    places = record.places.get(column.version)
    text = _NO_GOLDEN if places is None else str(len(places)) if places else _NONE
    return Text(text.ljust(column.width), "" if places else "dim")


def _show_turn(console: Console, turn: PatternTurn, *, everything: bool) -> None:
    """Show which records lost or gained it at a version, a line for each case."""
    most = sys.maxsize if everything else MOST_NAMED
    for word, keys, style in (("lost", turn.lost, "bold red"), ("gained", turn.gained, "green")):
        if keys:
            count = format_count(len(keys), "record")
            console.print(Text.assemble((f"{turn.after} ", "bold"), (word, style), f" by {count}"))
            cases = [(case, list(group)) for case, group in groupby(keys, key=lambda key: key.case)]
            for case, group in cases[:most]:
                paths = join_some([key.path for key in group], most)
                console.print(Text.assemble(f"    {case}", (f" · {paths}", "dim")), soft_wrap=True)
            if left := cases[most:]:
                console.print(Text(f"    … and {format_count(len(left), 'more case')}", "dim"))


def _list_totals(search: PatternSearch) -> Iterator[Text]:
    within = format_count(search.searched, "golden")
    if not search.records:
        yield Text.assemble((search.pattern.text, "bold"), f" stands nowhere in {within}")
    else:
        cases = len({record.key.case for record in search.records})
        paths = len({record.key.path for record in search.records})
        records = format_count(len(search.records), "record")
        spread = f"{format_count(cases, 'case')}, {format_count(paths, 'tracing path')}"
        yield Text.assemble(
            (search.pattern.text, "bold"), f" stands in {records} of {spread}; {within} looked through"
        )
    if search.hint:
        yield Text(search.hint, "yellow")
    if search.unreadable:
        yield Text(f"{format_count(search.unreadable, 'graph')} cannot be read as graph strings", "yellow")


def encode_search(search: PatternSearch) -> dict[str, Json]:
    """Encode what was found: each place by version, then what versions lost and gained."""
    return {
        "pattern": search.pattern.text,
        "versions": [str(version) for version in search.versions],
        "goldens": search.searched,
        "found": [place for record in search.records for place in _encode_record(record)],
        "turns": [
            {
                "from": str(turn.before),
                "to": str(turn.after),
                "lost": [_encode_key(key) for key in turn.lost],
                "gained": [_encode_key(key) for key in turn.gained],
            }
            for turn in search.turns
        ],
        "hint": search.hint,
    }


def _encode_record(record: FoundRecord) -> Iterator[Json]:
    for version, places in record.places.items():
        for found in places:
            yield {
                **_encode_key(record.key),
                "torch": str(version),
                "graph": found.graph,
                "node": found.place.node,
                "captures": dict(found.place.captures),
                "file": str(record.files[version]),
            }


def _encode_key(key: Key) -> dict[str, Json]:
    return {"case": key.case, "path": key.path}
