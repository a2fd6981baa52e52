"""Where a pattern stands in a graph: at which nodes, and what its captures are there.

Captures are searched for only where all else fits, and a pattern without any needs no search.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from graph_goldens.graphs.node_arguments import Argument, Group, Ref, print_argument
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.graphs.pattern_fitting import PatternFitting, read_keywords, read_positions
from graph_goldens.graphs.patterns import (
    AnyOf,
    Captured,
    Chain,
    ListValue,
    NodePattern,
    Pattern,
    ReadPattern,
    Repeated,
    list_parts,
    list_sure_captures,
)

LEAST_STEPS, STEPS_OF_NODE = 100_000, 40
"""How many steps a search for captures may take: so many, and so many more for each node of the graph."""

Known = Mapping[str, Argument]
_NOTHING: Known = MappingProxyType({})
_NO_TYPES: Mapping[str, str] = MappingProxyType({})


class CostlyPatternError(ValueError):
    """Captures of a pattern would take unreasonably long to find in a graph."""


@dataclass(frozen=True)
class Place:
    """Where a pattern stands.

    Attributes:
        node: the name of the node at which it ends.
        captures: what each of its names means there, as graph strings print it: `%linear`, `2`.
    """

    node: str
    captures: Mapping[str, str] = field(default_factory=dict)


def find_places(pattern: ReadPattern, table: Table, types: Mapping[str, str] = _NO_TYPES) -> Iterator[Place]:
    """Find where a pattern stands: each node at which it ends, once, in the graph's order.

    Args:
        pattern: the pattern.
        table: the graph.
        types: the dtypes of nodes, by their names, for patterns that ask for one.

    Raises:
        CostlyPatternError: it would take unreasonably long.
    """
    search = _CaptureSearch(PatternFitting(table, types), LEAST_STEPS + STEPS_OF_NODE * len(table.nodes))
    for node in table.nodes:
        found = next(search.find(pattern.pattern, Ref(node.name), _NOTHING), None)
        if found is not None:
            yield Place(node.name, {name: print_argument(each) for name, each in found.items()})


class _CaptureSearch:
    """A search of one graph for what captures mean."""

    def __init__(self, fitting: PatternFitting, most_steps: int) -> None:
        self._fitting = fitting
        self._capturing: dict[int, bool] = {}
        self._sure: dict[tuple[int, int], frozenset[str]] = {}
        self._steps_left = most_steps

    def find(self, pattern: Pattern, argument: Argument, known: Known) -> Iterator[Known]:
        """Find the captures with which a pattern is what an argument is; `known` ones stay as they are."""
        if not self._fitting.fits(pattern, argument):
            return
        if not self._captures(pattern):
            yield known
            return
        self._count_step()
        match pattern:
            case Captured(name=name, what=what):
                if known.get(name, argument) == argument:
                    yield from self.find(what, argument, {**known, name: argument})
            case AnyOf(options=options):
                for option in options:
                    yield from self.find(option, argument, known)
            case Chain() if isinstance(argument, Ref):
                yield from self._find_chain(pattern, len(pattern.links) - 1, argument, known)
            case ListValue(items=items) if isinstance(argument, Group):
                yield from self._find_all(items, argument.items, known)
            case NodePattern() if isinstance(argument, Ref):
                yield from self._find_arguments(pattern, self._fitting.find_node(argument), known)

    def _count_step(self) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise CostlyPatternError("its captures would take unreasonably long to find in this graph")

    def _captures(self, pattern: Pattern) -> bool:
        key = id(pattern)
        if key not in self._capturing:
            self._capturing[key] = any(isinstance(part, Captured) for part in list_parts(pattern))
        return self._capturing[key]

    def _find_all(
        self, patterns: Sequence[Pattern], arguments: Sequence[Argument], known: Known
    ) -> Iterator[Known]:
        if not patterns:
            yield known
            return
        for found in self.find(patterns[0], arguments[0], known):
            yield from self._find_all(patterns[1:], arguments[1:], found)

    def _find_arguments(self, pattern: NodePattern, node: Node, known: Known) -> Iterator[Known]:
        keywords, positions = read_keywords(node), read_positions(node)[: len(pattern.positions)]
        values = (*pattern.positions, *(value for _, value in pattern.keywords))
        given = (*positions, *(keywords[name] for name, _ in pattern.keywords))
        for found in self._find_all(values, given, known):
            yield from self._find_within(pattern.within, self._fitting.list_places(node), frozenset(), found)

    def _find_within(
        self, values: Sequence[Pattern], places: Sequence[Argument], taken: frozenset[int], known: Known
    ) -> Iterator[Known]:
        if not values:
            yield known
            return
        for number, place in enumerate(places):
            if number not in taken:
                for found in self.find(values[0], place, known):
                    yield from self._find_within(values[1:], places, taken | {number}, found)

    def _find_chain(self, chain: Chain, last: int, end: Ref, known: Known) -> Iterator[Known]:
        """Find the captures with which the links up to one end at a node."""
        if not self._may_end(chain, last, end, self._find_first(chain, last, known)):
            return
        link = chain.links[last]
        if isinstance(link, Repeated):
            for node in self._list_reached(chain, last, end, known):
                yield from self._find_chain(chain, last - 1, node, known)
            return
        for found in self.find(link, end, known):
            if last == 0:
                yield found
                continue
            for name in dict.fromkeys(self._fitting.find_node(end).inputs):
                yield from self._find_chain(chain, last - 1, Ref(name), found)

    def _list_reached(self, chain: Chain, last: int, end: Ref, known: Known) -> Iterator[Ref]:
        """Yield the nodes from which repeated ones lead to a node, itself first, then the nearest."""
        link, first = chain.links[last], self._find_first(chain, last, known)
        assert isinstance(link, Repeated)
        seen, reached = {end.name}, [end]
        for ref in reached:
            self._count_step()
            if self._fitting.ends_at(chain, last - 1, ref):
                yield ref
            if self._fitting.fits(link.what, ref):
                for name in self._fitting.find_node(ref).inputs:
                    if name not in seen and self._may_end(chain, last, Ref(name), first):
                        seen.add(name)
                        reached.append(Ref(name))

    def _may_end(self, chain: Chain, last: int, end: Ref, first: int) -> bool:
        return self._fitting.ends_at(chain, last, end) and self._fitting.find_number(end) >= first

    def _find_first(self, chain: Chain, last: int, known: Known) -> int:
        """Find the number of the first node at which links may end whose captures are known in part.

        What a link captures is its node or comes before it, so a link ends at no node before that.
        """
        key = id(chain), last
        if key not in self._sure:
            links = chain.links[: last + 1]
            self._sure[key] = frozenset(name for link in links for name in list_sure_captures(link))
        given = (known[name] for name in self._sure[key] if name in known)
        return max((self._fitting.find_number(each) for each in given if isinstance(each, Ref)), default=0)
