"""What the graphs of a record say of claims about them."""

import difflib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property

from graph_goldens.cases.claims import (
    Contains,
    Count,
    Delegated,
    GraphClaim,
    Inputs,
    Lacks,
    PatternClaim,
)
from graph_goldens.graphs.graph_reader import GraphError, read_graph
from graph_goldens.graphs.node_table import Table
from graph_goldens.graphs.pattern_matching import CostlyPatternError, find_places
from graph_goldens.graphs.pattern_reader import read_pattern
from graph_goldens.graphs.value_types import read_types
from graph_goldens.records import Record

_GRAPH, _VALUES = ".graph", ".values"
_MOST_NAMED = 6


class RecordGraphs:
    """The graphs of a record, each read when it is first asked for."""

    def __init__(self, record: Record) -> None:
        self._texts = {artifact.name: artifact.text for artifact in record.artifacts}
        self._tables: dict[str, Table] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Their names, `program`, `program.true_graph_0`, in order."""
        return tuple(name.removesuffix(_GRAPH) for name in self._texts if name.endswith(_GRAPH))

    def select(self, graph: str) -> list[str]:
        """Select those that a name or pattern means; all where it is empty."""
        return [name for name in self.names if not graph or fnmatchcase(name, graph)]

    def read(self, name: str) -> Table:
        """Read one.

        Raises:
            GraphError: it cannot be read.
        """
        if name not in self._tables:
            self._tables[name] = read_graph(self._texts[f"{name}{_GRAPH}"])
        return self._tables[name]

    def count(self, pattern: str, name: str) -> int:
        """Count the places of a pattern in one.

        Raises:
            GraphError: the graph cannot be read.
            CostlyPatternError: it would take unreasonably long.
        """
        places = find_places(read_pattern(pattern), self.read(name), self.read_types(name))
        return sum(1 for _ in places)

    def read_types(self, name: str) -> dict[str, str]:
        """Read the dtypes of the nodes of one, by their names, as far as its values are recorded."""
        return read_types(self._texts.get(f"{name}{_VALUES}", ""))


def find_graph_problem(claim: GraphClaim, record: Record, graphs: RecordGraphs) -> str | None:
    """Find how a record contradicts a claim about its graphs, in a clause; empty where it does not.

    None where it says nothing of it: it has no such graph, and the claim names no tracing path.
    """
    chosen = _select_graphs(claim, graphs)
    if not chosen:
        return _explain_no_graph(claim, record, graphs) if claim.paths else None
    try:
        return _find_problem(claim, graphs, chosen)
    except (GraphError, CostlyPatternError) as error:
        return f"that cannot be told: {error}"


def explain_outcome(record: Record) -> str:
    """Say in a clause how a record ended that has no graphs."""
    lines = record.reason.splitlines()
    return f"the outcome is {record.outcome.value}{f': {lines[0]}' if lines else ''}"


def _select_graphs(claim: GraphClaim, graphs: RecordGraphs) -> list[str]:
    chosen = graphs.select(claim.graph)
    if isinstance(claim, Inputs) and not claim.graph:
        return [name for name in chosen if not _is_body(name, graphs)]
    return chosen


def _is_body(name: str, graphs: RecordGraphs) -> bool:
    """Whether a graph is the body of a call: it is named after the graph that calls it."""
    return name.rpartition(".")[0] in graphs.names


def _explain_no_graph(claim: GraphClaim, record: Record, graphs: RecordGraphs) -> str:
    if not graphs.names:
        return explain_outcome(record)
    near = difflib.get_close_matches(claim.graph, graphs.names, n=1)
    some = ", ".join(graphs.names[:_MOST_NAMED])
    return f"there is no such graph: {f'did you mean {near[0]}?' if near else f'there are {some}'}"


def _find_problem(claim: GraphClaim, graphs: RecordGraphs, chosen: Sequence[str]) -> str:
    if isinstance(claim, Inputs):
        counts = {name: len(graphs.read(name).placeholders) for name in chosen}
        wrong = [f"{name} has {count}" for name, count in counts.items() if count != claim.number]
        return ", ".join(wrong)
    counts = {name: graphs.count(claim.pattern, name) for name in _list_looked_at(claim, graphs, chosen)}
    match claim:
        case Contains():
            return "" if any(counts.values()) else f"it stands nowhere in {', '.join(counts)}"
        case Lacks():
            return _word_counts(counts) if any(counts.values()) else ""
        case Count(number=number):
            total = sum(counts.values())
            return (
                ""
                if total == number
                else f"there {'is' if total == 1 else 'are'} {total}{_add_places(counts)}"
            )
        case Delegated():
            return _find_undelegated(claim, graphs, counts)


def _list_looked_at(claim: PatternClaim, graphs: RecordGraphs, chosen: Sequence[str]) -> list[str]:
    """List the graphs in which a pattern is counted: of work that is handed over, where it goes as well."""
    if not isinstance(claim, Delegated):
        return list(chosen)
    return [name for name in graphs.names if name in chosen or _is_handed_over(claim, name, graphs)]


def _is_handed_over(claim: Delegated, name: str, graphs: RecordGraphs) -> bool:
    return fnmatchcase(name, claim.to) if claim.to else _is_body(name, graphs)


def _find_undelegated(claim: Delegated, graphs: RecordGraphs, counts: Mapping[str, int]) -> str:
    left = {name: n for name, n in counts.items() if not _is_handed_over(claim, name, graphs)}
    if any(left.values()):
        return f"some is left: {_word_counts(left)}"
    if len(left) == len(counts):
        lacking = f"is no graph {claim.to}" if claim.to else "are no bodies of calls"
        return f"nothing is handed over: there {lacking}"
    return "" if any(counts.values()) else f"it stands nowhere in {', '.join(counts)}"


def _word_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} in {name}" for name, count in counts.items() if count)


def _add_places(counts: Mapping[str, int]) -> str:
    return f": {_word_counts(counts)}" if any(counts.values()) and len(counts) > 1 else ""
