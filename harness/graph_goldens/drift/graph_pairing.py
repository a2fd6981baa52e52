"""The graphs of two records, and which is which."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from graph_goldens.drift.body_pairing import find_bodies, pair_bodies
from graph_goldens.drift.edits.value_edits import read_values
from graph_goldens.drift.matching.alignment import Alignment, align
from graph_goldens.drift.matching.known_pairs import compute_identity, spell_mapping
from graph_goldens.drift.matching.node_accesses import Effects
from graph_goldens.drift.matching.node_equality import pair_by_place
from graph_goldens.drift.matching.operators import EFFECTFUL_GRAPH, has_side_effects
from graph_goldens.drift.symbol_scopes import SYMBOLS_FACT, list_bound, read_sources
from graph_goldens.graphs.effect_lines import EffectsError, read_effects
from graph_goldens.graphs.graph_reader import GraphError, read_graph
from graph_goldens.graphs.node_table import Table
from graph_goldens.records import Record

TOLD_BESIDE = ("effects", "constants", "provenance")
"""Kinds of texts that records hold since the rules of version 2, and only where they say anything."""

_FIRST_TELLING = 2

# Paths that trace below autograd: AOTAutograd, what runs it, and make_fx where it is not asked to stay above.
_BELOW_AUTOGRAD = (
    "aot-",
    "compile-aot",
    "compile-inductor",
    "make-fx",
    "export-functional",
    "export-decomposed",
)


@dataclass(frozen=True)
class CapturedGraph:
    """A graph of a record.

    Attributes:
        name: its name.
        texts: its texts by kind.
        recorded: the kinds that its record would hold where they said anything: an empty text is left out.
        sources: what its inputs are bound to that are symbols, by their names, where the record tells that.
    """

    name: str
    texts: Mapping[str, str]
    recorded: frozenset[str] = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def parent(self) -> str:
        """The name of the graph whose operator runs this one; empty where it was captured itself."""
        return self.name.rpartition(".")[0]

    @cached_property
    def table(self) -> Table | None:
        """The graph's nodes; None where there is no graph string, or one that cannot be read."""
        try:
            return read_graph(self.texts["graph"].rstrip()) if "graph" in self.texts else None
        except GraphError:
            return None

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The values of its nodes."""
        return read_values(self.texts.get("values"))

    @cached_property
    def effects(self) -> Effects | None:
        """The recorded effects of its nodes; None where its record tells none, or they cannot be read."""
        if "effects" not in self.recorded:
            return None
        try:
            return read_effects(self.texts.get("effects", ""))
        except EffectsError:
            return None


def collect_graphs(record: Record) -> dict[str, CapturedGraph]:
    """Collect the graphs of a record by name, in order."""
    texts: dict[str, dict[str, str]] = {}
    for artifact in record.artifacts:
        name, _, kind = artifact.name.rpartition(".")
        texts.setdefault(name, {})[kind] = artifact.text
    recorded = _list_recorded(record)
    symbols = record.facts.get(SYMBOLS_FACT)
    return {
        name: CapturedGraph(name, kinds, recorded, read_sources(list_bound(symbols, name)))
        for name, kinds in texts.items()
    }


def _list_recorded(record: Record) -> frozenset[str]:
    """List the kinds of texts that a record tells wherever there is anything to tell."""
    found = {artifact.name.rpartition(".")[2] for artifact in record.artifacts}
    return frozenset(found | (set(TOLD_BESIDE) if record.rules >= _FIRST_TELLING else set()))


@dataclass(frozen=True)
class Pairing:
    """The graphs of two records, and which is which.

    Attributes:
        old: the golden's graphs by name.
        new: the record's graphs by name.
        names: for each graph that is still there its name in the record.
        after_autograd: whether the tracing path captures below autograd.
    """

    old: Mapping[str, CapturedGraph]
    new: Mapping[str, CapturedGraph]
    names: Mapping[str, str]
    after_autograd: bool = False

    @cached_property
    def alignments(self) -> Mapping[str, Alignment]:
        """The alignment of each graph that is still there and can be read, by its old name."""
        found: dict[str, Alignment] = {}
        for old, new in self.names.items():
            left, right = self.old[old], self.new[new]
            if left.table and right.table:
                values = _collect_values(left, self.old), _collect_values(right, self.new)
                bodies = self.find_bodies(old)
                table = _rename_bodies(left.table, bodies)
                effects, sources = (left.effects, right.effects), (left.sources, right.sources)
                told = _list_telling(left, values[0]), _list_telling(right, values[1])
                identity = compute_identity((*told[0], *told[1], spell_mapping(bodies)))
                alignment = align(table, right.table, values, effects, sources, identity)
                found[old] = replace(alignment, after_autograd=self.after_autograd)
        return found

    def find_bodies(self, graph: str) -> Mapping[str, str]:
        """Map the graphs of a graph's operators from old names to new ones, where they differ."""
        start = f"{graph}."
        leaves = {
            old.removeprefix(start): new.rpartition(".")[2]
            for old, new in self.names.items()
            if old.startswith(start)
        }
        return {old: new for old, new in leaves.items() if old != new and "." not in old}


def _rename_bodies(table: Table, bodies: Mapping[str, str]) -> Table:
    """Rename operators' graphs in the nodes that take them."""
    if not bodies:
        return table
    nodes = (
        replace(node, target=bodies.get(node.target, node.target)) if node.op == "get_attr" else node
        for node in table.nodes
    )
    return Table(tuple(nodes))


def _list_telling(graph: CapturedGraph, values: Mapping[str, str]) -> tuple[str, ...]:
    """List the texts that say all that is known of a graph where its nodes are paired."""
    effects = graph.texts.get("effects", "") if "effects" in graph.recorded else "not recorded"
    return graph.texts["graph"], spell_mapping(values), effects, spell_mapping(graph.sources)


def _collect_values(graph: CapturedGraph, graphs: Mapping[str, CapturedGraph]) -> Mapping[str, str]:
    """Collect the values of a graph's nodes, and mark those that are graphs with side effects."""
    nodes = graph.table.nodes if graph.table else ()
    bodies = {node.name: graphs.get(f"{graph.name}.{node.target}") for node in nodes if node.op == "get_attr"}
    effectful = {name for name, body in bodies.items() if body and _has_effects(body, graphs)}
    return {**graph.values, **dict.fromkeys(effectful, EFFECTFUL_GRAPH)}


def _has_effects(graph: CapturedGraph, graphs: Mapping[str, CapturedGraph]) -> bool:
    values = _collect_values(graph, graphs)
    return graph.table is None or any(has_side_effects(node, values) for node in graph.table.nodes)


def pair_graphs(golden: Record, record: Record) -> Pairing:
    """Find which graph is which: captured ones by name, bodies by who calls them and what they hold."""
    old, new = collect_graphs(golden), collect_graphs(record)
    names = _pair_captured(old, new)
    tables = [{name: graph.table for name, graph in graphs.items()} for graphs in (old, new)]
    waiting = list(names.items())
    while waiting:
        before, after = waiting.pop()
        found = pair_bodies(find_bodies(before, tables[0]), find_bodies(after, tables[1]))
        names |= found
        waiting += found.items()
    below = record.path.startswith(_BELOW_AUTOGRAD) and "pre-dispatch" not in record.path
    return Pairing(old, new, {name: names[name] for name in old if name in names}, below)


def _pair_captured(old: Mapping[str, CapturedGraph], new: Mapping[str, CapturedGraph]) -> dict[str, str]:
    """Pair graphs that were captured themselves: by name, and the others in order where they are equal."""
    names = {name: name for name in old if name in new and old[name].parent not in old}
    left = [graph for name, graph in old.items() if name not in names and not graph.parent]
    right = [graph for name, graph in new.items() if name not in names.values() and not graph.parent]
    if len(left) == len(right):
        pairs = (
            (one.name, other.name) for one, other in zip(left, right, strict=True) if _is_equal(one, other)
        )
        names |= pairs
    return names


def _is_equal(old: CapturedGraph, new: CapturedGraph) -> bool:
    return bool(old.table and new.table and pair_by_place(old.table, new.table))
