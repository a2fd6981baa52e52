"""Pairs of nodes that were found before: a report aligns the graphs that a comparison has aligned."""

from array import array
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import TypeAlias

from graph_goldens.graphs.node_table import Table

Pairs = dict[str, str]
Places: TypeAlias = "tuple[array[int], array[int]]"

_MOST = 100_000


def compute_identity(texts: Iterable[str]) -> bytes:
    """Compute what tells two graphs and all that is known of them from others, from the texts that say it."""
    digest = blake2b(digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def spell_mapping(mapping: Mapping[str, str]) -> str:
    """Spell a mapping as one text; the order of its items counts."""
    return "".join(f"{len(name)} {len(text)} {name}{text}" for name, text in mapping.items())


class KnownPairs:
    """Pairs by the identity of their graphs, as places of nodes: some bytes for each node."""

    def __init__(self) -> None:
        self._places: dict[bytes, Places] = {}

    def find(self, identity: bytes, old: Table, new: Table, match: Callable[[], Pairs]) -> Pairs:
        """Find the pairs of two graphs: those found before for this identity, or else by `match`."""
        if (places := self._places.get(identity)) is not None:
            return _decode(places, old, new)
        pairs = match()
        if len(self._places) >= _MOST:
            self._places.clear()
        self._places[identity] = _encode(pairs, old, new)
        return pairs


def _encode(pairs: Pairs, old: Table, new: Table) -> Places:
    """Write pairs as places, in the order in which they were found."""
    left = {node.name: place for place, node in enumerate(old.nodes)}
    right = {node.name: place for place, node in enumerate(new.nodes)}
    return array("i", map(left.__getitem__, pairs)), array("i", map(right.__getitem__, pairs.values()))


def _decode(places: Places, old: Table, new: Table) -> Pairs:
    return {old.nodes[left].name: new.nodes[right].name for left, right in zip(*places, strict=True)}
