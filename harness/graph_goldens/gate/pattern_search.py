"""Where a pattern stands in the goldens, and which versions lost or gained it. Needs no PyTorch."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project
from graph_goldens.gate.resolved_goldens import ResolvedGoldens, ask_index, resolve_goldens
from graph_goldens.goldens.golden_index import UNREADABLE, GoldenIndex, IndexedGolden, IndexedGraph
from graph_goldens.graphs.operator_names import means_target
from graph_goldens.graphs.pattern_matching import CostlyPatternError, Place, find_places
from graph_goldens.graphs.pattern_reader import PatternError, read_pattern
from graph_goldens.graphs.patterns import KINDS, ReadPattern
from graph_goldens.keys import Key
from graph_goldens.runs.selection import Selection

_MOST_MEANT = 3
_LIKE = 0.75


@dataclass(frozen=True)
class GraphPlace:
    """Where a pattern stands in a record: the graph's name, and the place in it."""

    graph: str
    place: Place


@dataclass(frozen=True)
class FoundRecord:
    """Where a pattern stands in what one case and tracing path resolve to.

    Attributes:
        key: the case and tracing path.
        places: for each version that resolves to a golden the places in it; there may be none.
        files: the goldens' files.
    """

    key: Key
    places: Mapping[Version, Sequence[GraphPlace]]
    files: Mapping[Version, Path]


@dataclass(frozen=True)
class PatternTurn:
    """A version at which records lost or gained a pattern, as against the version before it.

    Attributes:
        before: the version before.
        after: the version.
        lost: the records in which it stood before, and no longer does.
        gained: the records in which it did not stand before.
    """

    before: Version
    after: Version
    lost: tuple[Key, ...]
    gained: tuple[Key, ...]


@dataclass(frozen=True)
class PatternSearch:
    """What looking for a pattern found.

    Attributes:
        pattern: the pattern.
        versions: the versions whose goldens were looked through, oldest first.
        records: the records in which it stands under one of them.
        searched: how many goldens' files were looked through.
        unreadable: how many graphs in them are no graph strings.
        hint: what may have been meant, where an operator of the pattern occurs nowhere.
    """

    pattern: ReadPattern
    versions: tuple[Version, ...]
    records: tuple[FoundRecord, ...]
    searched: int
    unreadable: int = 0
    hint: str = ""

    @cached_property
    def turns(self) -> tuple[PatternTurn, ...]:
        """The versions at which records lost or gained it; a record that begins or ends does neither."""
        turns = (
            PatternTurn(
                before,
                after,
                tuple(each.key for each in self.records if _turns(each, before, after)),
                tuple(each.key for each in self.records if _turns(each, after, before)),
            )
            for before, after in pairwise(self.versions)
        )
        return tuple(turn for turn in turns if turn.lost or turn.gained)


def _turns(record: FoundRecord, there: Version, gone: Version) -> bool:
    """Whether a pattern stands in what a record is under one version, and not in what it is under another."""
    return bool(record.places.get(there)) and record.places.get(gone) == ()


def search_goldens(
    project: Project, text: str, selection: Selection, versions: Sequence[Version]
) -> PatternSearch:
    """Look for a pattern in what versions resolve to.

    Raises:
        UserError: the text is no pattern, the selection matches nothing, or a golden cannot be read.
    """
    try:
        pattern = read_pattern(text)
    except PatternError as error:
        raise UserError(str(error)) from None
    resolved = resolve_goldens(project, selection, versions)
    return ask_index(project, lambda index: _search(index, pattern, resolved))


def _search(index: GoldenIndex, pattern: ReadPattern, resolved: ResolvedGoldens) -> PatternSearch:
    entries = {entry.place: entry for held in resolved.held.values() for entry in held.values()}
    goldens = {place: index.read(entry) for place, entry in entries.items()}
    graphs = {graph.digest: graph for golden in goldens.values() for graph in golden.graphs}
    operators = {digest: index.list_operators(graph) for digest, graph in graphs.items()}
    places = _find_all(index, pattern, graphs, operators)
    records = tuple(_iterate_found(resolved, goldens, places))
    return PatternSearch(
        pattern,
        resolved.versions,
        records,
        searched=len(entries),
        unreadable=sum(each == (UNREADABLE,) for each in operators.values()),
        hint="" if records else _find_hint(pattern, operators),
    )


def _find_all(
    index: GoldenIndex,
    pattern: ReadPattern,
    graphs: Mapping[str, IndexedGraph],
    operators: Mapping[str, Sequence[str]],
) -> dict[str, tuple[Place, ...]]:
    """Find the places in each graph, by its digest; those that lack an operator are not loaded."""
    may_hold = _remember(lambda listed: _may_hold(pattern, listed))
    loaded = index.load_graphs(graph for digest, graph in graphs.items() if may_hold(operators[digest]))
    try:
        return {
            digest: tuple(find_places(pattern, graph.table, graph.types)) for digest, graph in loaded.items()
        }
    except CostlyPatternError as error:
        raise UserError(f"the pattern `{pattern.text}`: {error}") from None


def _remember(function: Callable[[Sequence[str]], bool]) -> Callable[[Sequence[str]], bool]:
    known: dict[Sequence[str], bool] = {}

    def ask(listed: Sequence[str]) -> bool:
        if listed not in known:
            known[listed] = function(listed)
        return known[listed]

    return ask


def _may_hold(pattern: ReadPattern, operators: Sequence[str]) -> bool:
    return all(
        any(_is_called(name, each) for name in group for each in operators) for group in pattern.required
    )


def _is_called(name: str, operator: str) -> bool:
    """Whether a name of a pattern means what a line of the index tells of: a kind of node, and its target."""
    kind, _, target = operator.partition(" ")
    return kind == name if name in KINDS else bool(target) and means_target(name, target)


def _iterate_found(
    resolved: ResolvedGoldens,
    goldens: Mapping[str, IndexedGolden],
    places: Mapping[str, Sequence[Place]],
) -> Iterator[FoundRecord]:
    for key, held in resolved.held.items():
        found = {version: _list_places(goldens[entry.place], places) for version, entry in held.items()}
        if any(found.values()):
            yield FoundRecord(key, found, {version: entry.file for version, entry in held.items()})


def _list_places(golden: IndexedGolden, places: Mapping[str, Sequence[Place]]) -> tuple[GraphPlace, ...]:
    return tuple(
        GraphPlace(graph.name, place) for graph in golden.graphs for place in places.get(graph.digest, ())
    )


def _find_hint(pattern: ReadPattern, operators: Mapping[str, Sequence[str]]) -> str:
    """Say which operator of a pattern occurs nowhere, and which there are that are called like it."""
    every = {line for listed in operators.values() for line in listed}
    for group in pattern.required:
        if not any(_is_called(name, line) for name in group for line in every):
            near = difflib.get_close_matches(
                group[0], sorted(_list_names(every)), n=_MOST_MEANT, cutoff=_LIKE
            )
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            return f"{' or '.join(group)} occurs in no golden that was looked through{meant}"
    return ""


def _list_names(operators: Iterable[str]) -> set[str]:
    """List the names that people give to operators: with their namespace, and without."""
    targets = {line.partition(" ")[2].removeprefix("torch.ops.") for line in operators if " " in line}
    parts = [target.split(".")[:2] for target in targets]
    return {".".join(each) for each in parts} | {each[-1] for each in parts}
