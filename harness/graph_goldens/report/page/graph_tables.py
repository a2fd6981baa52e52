"""Tables that share what repeats in a report: each text once, and each pair of texts compared once."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from graph_goldens.drift.graph_pairing import pair_graphs
from graph_goldens.drift.matching.alignment import Alignment, RowChange
from graph_goldens.drift.text.line_diff import find_changed_blocks
from graph_goldens.graphs.graph_reader import GraphError, read_graph
from graph_goldens.graphs.node_table import Node, Table
from graph_goldens.records import Json, Record
from graph_goldens.words import make_visible

Run: TypeAlias = "list[int]"

CHANGES = tuple(RowChange)
NOTHING = -1
OWN_TEXTS = ("outcome", "facts")


class Tables:
    """Collects what the page's script reads; everything else refers to it by numbers.

    Attributes:
        strings: every name and sentence of what is shown at once, as it is shown.
    """

    def __init__(self) -> None:
        self.strings: dict[str, int] = {}
        self._parts: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._lines: list[list[int]] = []
        self._graphs: dict[int, Json] = {}
        self._records: dict[int, int] = {}
        self._kept: list[tuple[Record, Mapping[str, str]]] = []
        self._aligned: dict[tuple[tuple[int, ...], ...], int] = {}
        self._blocks: dict[str, Json] = {}

    def add_string(self, text: str) -> int:
        """Return the number of a text that is shown as one."""
        return self.strings.setdefault(make_visible(text), len(self.strings))

    def add_text(self, text: str) -> int:
        """Return the number of a text of several lines."""
        if text not in self._texts:
            self._texts[text] = len(self._lines)
            self._lines.append([self._add_part(line) for line in text.split("\n")])
        return self._texts[text]

    def add_record(self, record: Record) -> int:
        """Return the number of a record; goldens that several drifts share are told apart by identity."""
        if id(record) not in self._records:
            self._records[id(record)] = len(self._kept)
            self._kept.append((record, _collect_texts(record)))
        return self._records[id(record)]

    def compare(self, old: Record, new: Record) -> list[Json]:
        """Add how the texts of two records differ, and return the graphs that differ or have another name.

        Each is its old name, its new name and the number of its alignment, which is -1 where there is none.
        """
        pairing = pair_graphs(old, new)
        for name in OWN_TEXTS:
            self._compare_lines(self._find_text(old, name), self._find_text(new, name))
        found: list[Json] = []
        for before, after in pairing.names.items():
            left, right = pairing.old[before].texts, pairing.new[after].texts
            for kind in (kind for kind in left if kind in right):
                self._compare_lines(left[kind], right[kind])
            if before != after or left.get("graph") != right.get("graph"):
                alignment = self._add_alignment(pairing.alignments.get(before))
                found.append([self.add_string(before), self.add_string(after), alignment])
        return found

    def encode_texts(self) -> dict[str, Json]:
        """Return the texts of the records as JSON, which are read once somebody looks at one."""
        records = [self._encode_record(texts) for _, texts in self._kept]
        return {
            "parts": list(self._parts),
            "texts": [list(lines) for lines in self._lines],
            "graphs": {str(number): graph for number, graph in self._graphs.items()},
            "records": records,
            "aligned": [[list(run) for run in runs] for runs in self._aligned],
            "blocks": self._blocks,
        }

    def _add_part(self, text: str) -> int:
        """Return the number of what texts are made of: a line, a name in a graph, a text's name."""
        return self._parts.setdefault(make_visible(text), len(self._parts))

    def _find_text(self, record: Record, name: str) -> str:
        return self._kept[self.add_record(record)][1][name]

    def _encode_record(self, texts: Mapping[str, str]) -> Json:
        return [[self._add_part(name), self._add_artifact(name, text)] for name, text in texts.items()]

    def _add_artifact(self, name: str, text: str) -> int:
        number = self.add_text(text)
        if _is_graph(name) and number not in self._graphs and (table := _read(text)):
            self._graphs[number] = [self._encode_node(node, places) for node, places in _place_nodes(table)]
        return number

    def _encode_node(self, node: Node, inputs: list[int]) -> Json:
        return [self._add_part(node.name), self._add_part(node.op), self._add_part(node.target), [*inputs]]

    def _add_alignment(self, alignment: Alignment | None) -> int:
        if alignment is None:
            return NOTHING
        runs = tuple(tuple(run) for run in group_rows(alignment))
        return self._aligned.setdefault(runs, len(self._aligned))

    def _compare_lines(self, old: str, new: str) -> None:
        key = f"{self.add_text(old)},{self.add_text(new)}"
        if old != new and key not in self._blocks:
            self._blocks[key] = [
                [block.old_start, block.old_end, block.new_start, block.new_end]
                for block in find_changed_blocks(old.split("\n"), new.split("\n"))
            ]


def group_rows(alignment: Alignment) -> Iterator[Run]:
    """Group an alignment's rows into runs of a change, the first old and new node's places, and a count.

    A place is -1 where a row has no such node; otherwise places rise by one within a run.
    """
    old = {node.name: place for place, node in enumerate(alignment.old.nodes)}
    new = {node.name: place for place, node in enumerate(alignment.new.nodes)}
    run: Run = []
    for row in alignment.rows:
        change = CHANGES.index(row.change)
        left = old[row.old.name] if row.old else NOTHING
        right = new[row.new.name] if row.new else NOTHING
        if run and run[:3] == [change, _compute_start(left, run[3]), _compute_start(right, run[3])]:
            run[3] += 1
            continue
        if run:
            yield run
        run = [change, left, right, 1]
    if run:
        yield run


def _compute_start(place: int, length: int) -> int:
    """Compute where a run of that length must have begun for a place to be its next."""
    return place if place == NOTHING else place - length


def _collect_texts(record: Record) -> Mapping[str, str]:
    """Collect a record's artifacts by name, and what else it says: why there are no graphs, and its facts."""
    outcome = f"{record.outcome.value}: {record.reason}" if record.reason else record.outcome.value
    facts = json.dumps(dict(record.facts), indent=2, ensure_ascii=False, sort_keys=True)
    artifacts = {artifact.name: artifact.text for artifact in record.artifacts}
    return {**artifacts, **dict(zip(OWN_TEXTS, (outcome, facts), strict=True))}


def _is_graph(name: str) -> bool:
    return name.endswith(".graph")


def _read(text: str) -> Table | None:
    try:
        return read_graph(text)
    except GraphError:
        return None


def _place_nodes(table: Table) -> Iterator[tuple[Node, list[int]]]:
    """Yield each node and the places of those that it uses, each once."""
    places = {node.name: place for place, node in enumerate(table.nodes)}
    for node in table.nodes:
        yield node, [places[name] for name in dict.fromkeys(node.inputs) if name in places]
