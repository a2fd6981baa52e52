"""Whether a part of a pattern fits a node or an argument, whatever its captures mean.

That is found once for each part and node, in the order of the graph, so it takes time linear in the graph.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from graph_goldens.graphs.node_arguments import Argument, Group, Literal, Ref
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.graphs.operator_names import means_target
from graph_goldens.graphs.patterns import (
    KINDS,
    AnyOf,
    Anything,
    Captured,
    Chain,
    Condition,
    ListValue,
    NodePattern,
    NumberValue,
    Pattern,
    Repeated,
    TextValue,
)

_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {"=": operator.eq, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
)
_CALLS = ("call_function", "call_method", "call_module")


class PatternFitting:
    """What is known of one graph: which parts of patterns fit which of its nodes.

    Args:
        table: the graph.
        types: the dtypes of nodes, by their names.
    """

    def __init__(self, table: Table, types: Mapping[str, str]) -> None:
        self._nodes = table.nodes
        self._index = {node.name: number for number, node in enumerate(table.nodes)}
        self._types = types
        self._fitting: dict[tuple[int, int], bool] = {}
        self._ends: dict[int, list[bytearray]] = {}
        self._places: dict[str, Sequence[Argument]] = {}

    def find_node(self, ref: Ref) -> Node:
        """Find the node that a reference means."""
        return self._nodes[self._index[ref.name]]

    def find_number(self, ref: Ref) -> int:
        """Find the place of a node in the graph's order, from 0."""
        return self._index[ref.name]

    def fits(self, pattern: Pattern, argument: Argument) -> bool:
        """Whether a pattern is what an argument is, whatever its captures mean."""
        if not isinstance(argument, Ref):
            return self._fits_value(pattern, argument)
        number = self._index.get(argument.name)
        if number is None:
            return False
        key = id(pattern), number
        if key not in self._fitting:
            self._fitting[key] = self._fits_node(pattern, self._nodes[number], number)
        return self._fitting[key]

    def ends_at(self, chain: Chain, link: int, ref: Ref) -> bool:
        """Whether a chain up to one of its links ends at a node, captures aside."""
        number = self._index.get(ref.name)
        return number is not None and bool(self._find_ends(chain)[link][number])

    def list_places(self, node: Node) -> Sequence[Argument]:
        """List what a node has among its arguments: each of them and, of a list, each item too."""
        if node.name not in self._places:
            given = (*read_positions(node), *read_keywords(node).values())
            self._places[node.name] = [place for argument in given for place in _open_groups(argument)]
        return self._places[node.name]

    def _fits_value(self, pattern: Pattern, argument: Literal | Group) -> bool:
        match pattern:
            case Anything():
                return True
            case Captured(what=what):
                return self._fits_value(what, argument)
            case AnyOf(options=options):
                return any(self._fits_value(option, argument) for option in options)
            case NumberValue(number=number):
                return isinstance(argument, Literal) and _read_number(argument.text) == number
            case TextValue(text=text):
                return isinstance(argument, Literal) and argument.text == text
            case NodePattern(name=name):
                return isinstance(argument, Literal) and pattern.plain and means_target(name, argument.text)
            case ListValue():
                return isinstance(argument, Group) and self._fits_list(pattern, argument)
            case Chain():
                return False

    def _fits_list(self, pattern: ListValue, group: Group) -> bool:
        if group.opening not in ("(", "[") or len(group.items) < len(pattern.items):
            return False
        if len(group.items) > len(pattern.items) and not pattern.more:
            return False
        return all(map(self.fits, pattern.items, group.items))

    def _fits_node(self, pattern: Pattern, node: Node, number: int) -> bool:
        match pattern:
            case Anything():
                return True
            case Captured(what=what):
                return self.fits(what, Ref(node.name))
            case AnyOf(options=options):
                return any(self.fits(option, Ref(node.name)) for option in options)
            case Chain():
                return bool(self._find_ends(pattern)[-1][number])
            case NodePattern():
                return self._fits_call(pattern, node)
            case _:
                return False

    def _fits_call(self, pattern: NodePattern, node: Node) -> bool:
        if not _is_named(pattern.name, node):
            return False
        if not all(self._holds(condition, node) for condition in pattern.conditions):
            return False
        positions, keywords = read_positions(node), read_keywords(node)
        if len(positions) < len(pattern.positions):
            return False
        return (
            all(map(self.fits, pattern.positions, positions))
            and all(name in keywords and self.fits(value, keywords[name]) for name, value in pattern.keywords)
            and (not pattern.within or self._fits_within(pattern.within, self.list_places(node)))
        )

    def _fits_within(self, values: Sequence[Pattern], places: Sequence[Argument]) -> bool:
        """Whether each value has a place of its own, by augmenting paths."""
        held: dict[int, int] = {}

        def settle(value: int, tried: set[int]) -> bool:
            for place, argument in enumerate(places):
                if place not in tried and self.fits(values[value], argument):
                    tried.add(place)
                    if place not in held or settle(held[place], tried):
                        held[place] = value
                        return True
            return False

        return all(settle(value, set()) for value in range(len(values)))

    def _find_ends(self, chain: Chain) -> list[bytearray]:
        """Find for each link at which nodes the links up to it end."""
        if id(chain) not in self._ends:
            ends: list[bytearray] = []
            for link in chain.links:
                ends.append(self._find_link_ends(link, ends[-1] if ends else None))
            self._ends[id(chain)] = ends
        return self._ends[id(chain)]

    def _find_link_ends(self, link: "Pattern | Repeated", before: bytearray | None) -> bytearray:
        found = bytearray(len(self._nodes))
        sources, what = before, link
        if isinstance(link, Repeated) and before is not None:
            found = sources = bytearray(before)
            what = link.what
        assert not isinstance(what, Repeated)  # the reader refuses a chain that begins so
        for number, node in enumerate(self._nodes):
            if not found[number] and (sources is None or self._uses_any(node, sources)):
                found[number] = self.fits(what, Ref(node.name))
        return found

    def _uses_any(self, node: Node, sources: bytearray) -> bool:
        return any(name in self._index and sources[self._index[name]] for name in node.inputs)

    def _holds(self, condition: Condition, node: Node) -> bool:
        match condition.about:
            case "users":
                return _COMPARISONS[condition.sign](node.users, int(condition.value))
            case "dtype":
                return means_target(condition.value, self._types.get(node.name, ""))
            case _:
                return means_target(condition.value, node.target)


def read_positions(node: Node) -> Sequence[Argument]:
    """Read a node's positional arguments; an output's are what it returns."""
    args = node.args
    return args.items if isinstance(args, Group) and args.opening in ("(", "[") else (args,)


def read_keywords(node: Node) -> Mapping[str, Argument]:
    """Read a node's keyword arguments, by their names."""
    kwargs = node.kwargs
    return dict(zip(kwargs.keys, kwargs.items, strict=True)) if isinstance(kwargs, Group) else {}


def _is_named(name: str, node: Node) -> bool:
    if name == "_":
        return True
    if name in KINDS:
        return node.op == name
    return node.op in _CALLS and means_target(name, node.target)


def _open_groups(argument: Argument) -> Iterator[Argument]:
    yield argument
    if isinstance(argument, Group):
        for item in argument.items:
            yield from _open_groups(item)


def _read_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
