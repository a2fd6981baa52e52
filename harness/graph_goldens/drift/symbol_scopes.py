"""Which symbols are which, for each captured graph by itself: each frame numbers its own."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from graph_goldens.drift.text.spelling import SYMBOL_FORM, Symbols
from graph_goldens.records import Json, Record

_VALUE = re.compile(r"^%\w+ : (?!script object)(.*)", re.MULTILINE)  # a value behind its node's name
_INPUT = re.compile(r"%(\w+), ([^%]+)")

SYMBOLS_FACT = "symbols"
"""What each symbol of each graph is bound to, in words; its keys are the words that are symbols."""


@dataclass(frozen=True)
class SymbolScopes:
    """The symbols of the graphs of two records.

    Attributes:
        old: the golden's symbols by graph; None where it does not tell them.
        new: the record's.
        names: new names of graphs by old ones.
        shown: the words of both, by form, that values show to be symbols.
    """

    old: Mapping[str, Collection[str]] | None = None
    new: Mapping[str, Collection[str]] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    shown: Collection[str] = ()
    scopes: dict[str, Symbols] = field(default_factory=dict, compare=False)

    def find(self, graph: str) -> Symbols:
        """Find the symbols of a golden's graph, which its bodies share; of no graph, those of all."""
        root = graph.partition(".")[0]
        if root not in self.scopes:
            new = self.names.get(root, root)
            self.scopes[root] = Symbols(_select(self.old, root), _select(self.new, new), self.shown)
        return self.scopes[root]

    @property
    def renamed(self) -> dict[str, str]:
        """The symbols that have another name now, in any graph."""
        return {old: new for scope in self.scopes.values() for old, new in scope.renamed.items()}


def _select(known: Mapping[str, Collection[str]] | None, root: str) -> Collection[str] | None:
    """Select the symbols of a graph; of one that has none of its own, those of all."""
    if known is None:
        return None
    if root in known:
        return known[root]
    return {symbol for symbols in known.values() for symbol in symbols}


def read_symbols(record: Record) -> Mapping[str, Collection[str]] | None:
    """Read which words are symbols, by graph; None where a record does not tell it."""
    told = record.facts.get(SYMBOLS_FACT)
    if not isinstance(told, dict):
        return None
    return {graph: frozenset(bound) for graph, bound in told.items() if isinstance(bound, dict)}


def _list_shown(record: Record) -> set[str]:
    """List the words that are symbols by their form and stand in values."""
    texts = (artifact.text for artifact in record.artifacts if artifact.name.endswith(".values"))
    return {word for text in texts for value in _VALUE.findall(text) for word in SYMBOL_FORM.findall(value)}


def build_scopes(golden: Record, record: Record, names: Mapping[str, str]) -> SymbolScopes:
    """Build the scopes of two records."""
    shown = _list_shown(golden) | _list_shown(record)
    return SymbolScopes(read_symbols(golden), read_symbols(record), names, shown)


def list_bound(fact: Json, graph: str) -> Mapping[str, Json]:
    """List what the symbols of a graph are bound to."""
    told = fact.get(graph) if isinstance(fact, dict) else None
    return told if isinstance(told, dict) else {}


def read_sources(bound: Mapping[str, Json]) -> Mapping[str, str]:
    """Read what the inputs of a graph that are symbols are bound to: `L['x'].size()[0]`, by their names."""
    matches = (_INPUT.fullmatch(words) for words in bound.values() if isinstance(words, str))
    return {match[1]: match[2] for match in matches if match}
