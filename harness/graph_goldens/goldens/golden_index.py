"""An index of what the graphs of goldens hold, by the digests of the goldens' files.

It is a database of SQLite in the working folder. A golden's file is read whenever it is asked for, and an
entry is found by the digest of its bytes, so an index that is late, lost or damaged tells nothing wrong: what
it lacks is read from the goldens and added. A file of another format, or a damaged one, is made anew; where
it cannot be written, all is read from the goldens.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graph_goldens.cases.graph_answers import RecordGraphs
from graph_goldens.databases import remove_database, says_damage
from graph_goldens.files import explain_read_errors
from graph_goldens.goldens.format import GoldenError, begins_as_golden
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.reader import parse
from graph_goldens.goldens.store import LARGEST
from graph_goldens.graphs.graph_reader import GraphError
from graph_goldens.graphs.node_json import TypedTable, read_nodes, write_nodes
from graph_goldens.records import Record

FORMAT = 1
UNREADABLE = "unreadable"
"""What stands for the operators of a graph that is no graph string."""

_CHECKSUM_LENGTH = 16
_BUSY_SECONDS = 5.0
_MOST_GOLDENS = 200_000
_AT_ONCE = 500
_HEADER_BYTES = 4_096
_TABLES = f"""
pragma user_version = {FORMAT};
drop table if exists goldens;
drop table if exists graphs;
create table goldens (digest text primary key, outcome text, graphs text, checksum text) without rowid;
create table graphs (digest text primary key, operators text, nodes text, checksum text) without rowid;
"""


@dataclass(frozen=True)
class IndexedGraph:
    """What the index tells of a graph.

    Attributes:
        name: its name in its record.
        digest: what names it in the index: the digest of its nodes.
    """

    name: str
    digest: str


@dataclass(frozen=True)
class IndexedGolden:
    """What the index tells of a golden: its outcome, and its graphs in their order."""

    outcome: str
    graphs: tuple[IndexedGraph, ...] = ()


class IndexDamageError(Exception):
    """The index cannot be read, or holds something else than was written: it is to be made anew."""


class GoldenIndex:
    """The index in a file: read when it is opened, and written by `save`.

    Args:
        file: the file, which need not exist.

    Raises:
        IndexDamageError: the file is no such index.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        # Rows as they stand in the file, which are read where they are asked for.
        self._kept: dict[str, tuple[str, str, str]] = {}
        self._kept_operators: dict[str, tuple[str, str]] = {}
        self._goldens: dict[str, IndexedGolden] = {}
        self._operators: dict[str, str] = {}
        self._nodes: dict[str, str] = {}
        self._added: list[str] = []
        if file.exists():
            with _explain_damage(file), _open(file) as database:
                self._load(database)

    def read(self, entry: StoredGolden) -> IndexedGolden:
        """Read a golden's file, and tell what the golden holds.

        Raises:
            GoldenError: the file does not hold the golden that belongs there.
            ToolError: it cannot be read.
        """
        # A path made of the place would take as long as to read it.
        with explain_read_errors(entry.place), open(entry.place, "rb", buffering=0) as stream:  # noqa: PTH123
            data = stream.read(LARGEST + 1)
        digest = hashlib.sha256(data).hexdigest()
        golden = self._recall(digest) or self._add(digest, parse(data, entry.place).record)
        if not begins_as_golden(data[:_HEADER_BYTES], entry.key):
            raise GoldenError(
                f"{entry.place}: it is the golden of another record, so it lies in the wrong place"
            )
        return golden

    def list_operators(self, graph: IndexedGraph) -> tuple[str, ...]:
        """List what the nodes of a graph are and call, each once: `placeholder`, `call_method pop`."""
        return _split_lines(self._operators[graph.digest])

    def load_graphs(self, graphs: Iterable[IndexedGraph]) -> dict[str, TypedTable]:
        """Load the nodes of graphs, by their digests.

        Raises:
            IndexDamageError: the index does not hold what was written.
        """
        wanted = {graph.digest for graph in graphs}
        found = {digest: self._nodes[digest] for digest in wanted & self._nodes.keys()}
        if wanted - found.keys():
            with _explain_damage(self._file), _open(self._file) as database:
                found |= _select_nodes(database, sorted(wanted - found.keys()))
        if found.keys() != wanted:
            raise IndexDamageError(f"{self._file} lacks graphs")
        return {digest: _read_checked(digest, nodes) for digest, nodes in found.items()}

    def save(self) -> None:
        """Write what was added; where that cannot be done, a later command reads those goldens again."""
        if not self._added:
            return
        for _ in range(2):  # a damaged file is made anew
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with _open(self._file) as database, database:
                    self._write(database)
                return
            except (sqlite3.Error, OSError) as error:
                if not says_damage(error, self._file):
                    return
                remove_database(self._file)

    def _recall(self, digest: str) -> IndexedGolden | None:
        """Recall a golden; None where it is not known, or not all of it is as it was written."""
        if digest not in self._goldens and digest in self._kept:
            outcome, graphs, checksum = self._kept.pop(digest)
            if _compute_checksum(digest, outcome, graphs) == checksum:
                held = tuple(IndexedGraph(*pair) for pair in json.loads(graphs))
                if all(self._recalls_operators(graph.digest) for graph in held):
                    self._goldens[digest] = IndexedGolden(outcome, held)
        return self._goldens.get(digest)

    def _recalls_operators(self, digest: str) -> bool:
        """Whether the operators of a graph are known, and are as they were written."""
        if digest not in self._operators and digest in self._kept_operators:
            operators, checksum = self._kept_operators.pop(digest)
            if _compute_checksum(digest, operators) == checksum:
                self._operators[digest] = operators
        return digest in self._operators

    def _add(self, digest: str, record: Record) -> IndexedGolden:
        graphs = RecordGraphs(record)
        held = tuple(IndexedGraph(name, self._add_graph(graphs, name)) for name in graphs.names)
        self._goldens[digest] = golden = IndexedGolden(record.outcome.value, held)
        self._added.append(digest)
        return golden

    def _add_graph(self, graphs: RecordGraphs, name: str) -> str:
        try:
            graph = TypedTable(graphs.read(name), graphs.read_types(name))
            nodes, operators = write_nodes(graph), _join_operators(graph)
        except GraphError:
            nodes, operators = "[]", UNREADABLE
        digest = _digest(nodes)
        if not self._recalls_operators(digest):
            self._operators[digest], self._nodes[digest] = operators, nodes
        return digest

    def _load(self, database: sqlite3.Connection) -> None:
        if _read_format(database) != FORMAT:
            raise IndexDamageError(f"{self._file} is of another format")
        for digest, operators, checksum in database.execute("select digest, operators, checksum from graphs"):
            self._kept_operators[_take_text(digest)] = _take_text(operators), _take_text(checksum)
        for digest, outcome, graphs, checksum in database.execute("select * from goldens"):
            texts = _take_text(outcome), _take_text(graphs), _take_text(checksum)
            self._kept[_take_text(digest)] = texts

    def _write(self, database: sqlite3.Connection) -> None:
        if _read_format(database) != FORMAT:
            database.executescript(_TABLES)
        for digest in self._added:
            golden = self._goldens[digest]
            graphs = json.dumps([[graph.name, graph.digest] for graph in golden.graphs])
            row = (digest, golden.outcome, graphs, _compute_checksum(digest, golden.outcome, graphs))
            database.execute("insert or replace into goldens values (?, ?, ?, ?)", row)
        for digest, nodes in self._nodes.items():
            operators = self._operators[digest]
            row = (digest, operators, nodes, _compute_checksum(digest, operators))
            database.execute("insert or replace into graphs values (?, ?, ?, ?)", row)
        if database.execute("select count(*) from goldens").fetchone()[0] > _MOST_GOLDENS:
            known = set(self._added)
            old = [(row[0],) for row in database.execute("select digest from goldens") if row[0] not in known]
            database.executemany("delete from goldens where digest = ?", old)


@contextmanager
def _open(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, timeout=_BUSY_SECONDS)) as database:
        database.execute("pragma synchronous = off")  # what a power failure tears counts as damaged
        yield database


@contextmanager
def _explain_damage(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError, TypeError) as error:
        raise IndexDamageError(f"{file} is no index: {error}") from None


def _take_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a value is no text")
    return value


def _read_format(database: sqlite3.Connection) -> int:
    return int(database.execute("pragma user_version").fetchone()[0])


def _select_nodes(database: sqlite3.Connection, digests: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        found |= database.execute(
            f"select digest, nodes from graphs where digest in ({marks})", some
        ).fetchall()
    return found


def _read_checked(digest: str, nodes: str) -> TypedTable:
    if _digest(nodes) != digest:
        raise IndexDamageError(f"the graph {digest} is not as it was written")
    return read_nodes(nodes)


def _join_operators(graph: TypedTable) -> str:
    """Join what a graph's nodes are and call, each once: of what is not called, only what it is."""
    nodes = (f"{n.op} {n.target}" if n.op.startswith("call_") else n.op for n in graph.table.nodes)
    return "\n".join(sorted(set(nodes)))


@cache
def _split_lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _compute_checksum(*texts: str) -> str:
    return _digest("\0".join(texts))[:_CHECKSUM_LENGTH]
