"""Captures that are kept with what they depend on, so that only what changed is captured again.

A database of SQLite in which each capture stands with the digests that it depends on, with the marks of the
files that it read, and with a checksum. Several commands may use it at once, and each may be killed at any
point. A file that is damaged, or that comes from elsewhere, counts as empty and is made anew; a damaged entry
counts as missing. What it was about is captured again.
"""

import enum
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from graph_goldens.databases import remove_database, says_damage
from graph_goldens.errors import ToolError
from graph_goldens.file_marks import Disk, is_stat
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, RecordError, dump_capture, load_capture_line

Dependencies: TypeAlias = Mapping[str, str]

Written: TypeAlias = dict[frozenset[tuple[str, str]], str]
"""Sets of marks that were written, each with its digest."""

_CHECKSUM_LENGTH = 16
_MOST_REVISIONS = 4  # of each case and tracing path, so that going back to a branch finds what was kept there
_LARGEST = 512 << 20
_BUSY_SECONDS = 30.0
_LASTING = (Outcome.GRAPHS, Outcome.TEXTS, Outcome.NOTHING_CAPTURED, Outcome.ERROR, Outcome.UNAVAILABLE)
_ERRORS = (sqlite3.Error, OSError, ValueError, TypeError)  # the last two: what damage makes of texts
_TABLES = """
create table if not exists marks (digest text primary key, marks text not null) without rowid;
create table if not exists captures (
    id integer primary key, case_name text not null, path text not null, depends text not null,
    reads text not null, capture blob not null, checksum text not null
);
create index if not exists captures_by_key on captures (case_name, path);
"""

_IS_THERE = "select 1 from marks where digest = ?"


class Lack(enum.Enum):
    """Why no capture can be reused although none of its dependencies changed."""

    NEVER = "never captured before"
    UNREADABLE = "its entry in the cache is unreadable"
    FLEETING = "a crash, a timeout or a failure is never reused"


@dataclass(frozen=True)
class FileChanged:
    """A file that the capture read is no longer as it was."""

    file: str


@dataclass(frozen=True)
class Unnameable:
    """The capture depends on something that no mark can name, such as another program."""

    what: str


Reason: TypeAlias = Lack | FileChanged | Unnameable | tuple[str, ...]
"""Why a capture cannot be reused: that, or the names of the dependencies that changed."""


@dataclass(frozen=True)
class Looked:
    """What was found of the captures that are wanted.

    Attributes:
        captures: those that depend on nothing that has changed since.
        lacking: why there is none, for all others.
        remark: what is wrong with the file, in a sentence; empty where nothing is.
    """

    captures: Mapping[Key, Capture] = field(default_factory=dict)
    lacking: Mapping[Key, Reason] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True)
class _Entry:
    """An entry of the database without its capture, which is read only where it is wanted."""

    number: int
    depends: str
    reads: str


@dataclass(frozen=True)
class Kept:
    """The captures that are kept in a file.

    Attributes:
        file: the file; it need not exist.
    """

    file: Path

    def look(self, wanted: Mapping[Key, Dependencies], disk: Disk) -> Looked:
        """Find captures whose dependencies are what they were; later ones count before earlier ones.

        Args:
            wanted: what each capture depends on, as it is now: a digest for each name.
            disk: the files as they are now.
        """
        if not self.file.exists():
            return Looked({}, dict.fromkeys(wanted, Lack.NEVER))
        try:
            with self._open() as database:
                return _Search(database, disk).look(wanted)
        except _ERRORS as error:
            remark = f"the cache of captures {self.file} is unreadable ({error}) and counts as empty"
            return Looked({}, dict.fromkeys(wanted, Lack.UNREADABLE), remark)

    def list_read_files(self) -> frozenset[str]:
        """List what captures have read, but for what an installer writes; none where that is unreadable."""
        if not self.file.exists():
            return frozenset()
        try:
            with self._open() as database:
                rows = database.execute("select marks from marks")
                marks = [_read_object(text) or {} for (text,) in rows]
        except _ERRORS:
            return frozenset()
        return frozenset(path for each in marks for path, mark in each.items() if not is_stat(mark))

    def add(self, capture: Capture, depends: Dependencies, written: Written | None = None) -> None:
        """Keep one more capture.

        Args:
            capture: the capture, with all that was read for it.
            depends: what else it depends on.
            written: the marks that the caller has written before, which are not written again; gets more.

        Raises:
            ToolError: it cannot be written.
        """
        for mends in (True, False):
            try:
                with self._open() as database:
                    digest = _insert_marks(database, capture.reads, {} if written is None else written)
                    _insert(database, capture, depends, digest)
                return
            except _ERRORS as error:
                if not mends or not says_damage(error, self.file):
                    raise ToolError(f"cannot keep captures in {self.file}: {_word(error)}") from None
                remove_database(self.file)

    def tidy(self) -> None:
        """Drop what was captured again since, and the oldest captures of a file that has grown too large.

        A damaged file goes as a whole, also where reading it raises nothing: a torn index only loses entries,
        so that they would be captured at every check.

        Raises:
            ToolError: it cannot be written.
        """
        if not self.file.exists():
            return
        try:
            with self._open() as database:
                _drop_old(database)
                damage = database.execute("pragma integrity_check(1)").fetchone() != ("ok",)
        except _ERRORS as error:
            if not says_damage(error, self.file):
                raise ToolError(f"cannot tidy {self.file}: {_word(error)}") from None
            damage = True
        if damage:
            remove_database(self.file)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the database for one transaction, which a killed command leaves undone."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.file, timeout=_BUSY_SECONDS)
        try:
            database.text_factory = lambda data: data.decode("utf-8", "replace")  # damage is found by digests
            database.execute("pragma synchronous = off")  # what a power failure tears counts as damaged
            database.executescript(_TABLES)
            with database:
                yield database
        finally:
            database.close()


class _Search:
    """A search of the database, which reads each set of marks once."""

    def __init__(self, database: sqlite3.Connection, disk: Disk) -> None:
        self._database = database
        self._disk = disk
        self._changed: dict[str, Reason | None] = {}

    def look(self, wanted: Mapping[Key, Dependencies]) -> Looked:
        entries: dict[Key, list[_Entry]] = {}
        select = "select case_name, path, id, depends, reads from captures order by id desc"
        for case, path, *entry in self._database.execute(select):
            entries.setdefault(Key(case, path), []).append(_Entry(*entry))
        captures: dict[Key, Capture] = {}
        lacking: dict[Key, Reason] = {}
        for key, depends in wanted.items():
            found = self._find(key, entries.get(key, []), depends)
            if isinstance(found, Capture):
                captures[key] = found
            else:
                lacking[key] = found
        return Looked(captures, lacking)

    def _find(self, key: Key, entries: Sequence[_Entry], depends: Dependencies) -> Capture | Reason:
        """Find the newest capture that depends on what is there now, or why there is none."""
        newest: Reason | None = None
        for entry in entries:
            reason = self._find_change(entry, depends)
            if reason is None:
                return self._read(key, entry)
            newest = newest or reason
        return newest or Lack.NEVER

    def _find_change(self, entry: _Entry, depends: Dependencies) -> Reason | None:
        before = _read_object(entry.depends)
        if before is None:
            return Lack.UNREADABLE
        if before != dict(depends):
            return tuple(name for name in depends if before.get(name) != depends[name]) or Lack.UNREADABLE
        if entry.reads not in self._changed:
            self._changed[entry.reads] = self._find_file(entry.reads)
        return self._changed[entry.reads]

    def _find_file(self, digest: str) -> Reason | None:
        row = self._database.execute("select marks from marks where digest = ?", (digest,)).fetchone()
        marks = _read_object(row[0]) if row and _digest(row[0]) == digest else None
        if marks is None:
            return Lack.UNREADABLE
        changed = self._disk.find_changed(marks)
        return None if changed is None else FileChanged(changed)

    def _read(self, key: Key, entry: _Entry) -> Capture | Reason:
        select = "select capture, checksum from captures where id = ?"
        text, checksum = self._database.execute(select, (entry.number,)).fetchone()
        data = text if isinstance(text, bytes) else b""
        if compute_checksum(_join(key, entry.depends, entry.reads, data)) != checksum:
            return Lack.UNREADABLE
        try:
            capture = load_capture_line(data.decode("utf-8", "surrogatepass"))
        except (RecordError, UnicodeDecodeError):
            return Lack.UNREADABLE
        return _refuse(key, capture, json.loads(entry.depends)) or capture


def compute_checksum(data: bytes) -> str:
    """Compute what proves that an entry is as it was written."""
    return hashlib.sha256(data).hexdigest()[:_CHECKSUM_LENGTH]


def _refuse(key: Key, capture: Capture, depends: Dependencies) -> Reason | None:
    """Say why a capture that was kept is not reused; None where it may be."""
    if capture.record.key != key or capture.record.source != depends.get("case"):
        return Lack.UNREADABLE
    if capture.unnamed:
        return Unnameable(capture.unnamed[0])
    lasting = capture.record.source and not capture.fault and capture.record.outcome in _LASTING
    return None if lasting else Lack.FLEETING


def _insert_marks(database: sqlite3.Connection, reads: Mapping[str, str], written: Written) -> str:
    """Insert what was read, thousands of marks that most captures share, and return their digest."""
    same = frozenset(reads.items())
    if same in written and database.execute(_IS_THERE, (written[same],)).fetchone():
        return written[same]
    marks = json.dumps(dict(sorted(reads.items())))
    written[same] = _digest(marks)
    database.execute("insert or replace into marks values (?, ?)", (written[same], marks))
    return written[same]


def _insert(database: sqlite3.Connection, capture: Capture, depends: Dependencies, digest: str) -> None:
    """Insert a capture, whose marks have a digest, in place of an earlier one that depended on the same."""
    key = capture.record.key
    said = json.dumps(dict(depends))
    data = dump_capture(replace(capture, reads={})).encode("utf-8", "surrogatepass")
    same = "delete from captures where case_name = ? and path = ? and depends = ? and reads = ?"
    database.execute(same, (*key, said, digest))
    checksum = compute_checksum(_join(key, said, digest, data))
    insert = "insert into captures values (null, ?, ?, ?, ?, ?, ?)"
    database.execute(insert, (*key, said, digest, data, checksum))


def _drop_old(database: sqlite3.Connection) -> None:
    """Keep the newest revisions of each capture, and of those as many as fit."""
    age = "row_number() over (partition by case_name, path order by id desc)"
    size = "sum(length(capture)) over (order by id desc)"
    for what, most in ((age, _MOST_REVISIONS), (size, _LARGEST)):
        select = f"select id from (select id, {what} as place from captures) where place > ?"
        database.execute(f"delete from captures where id in ({select})", (most,))
    database.execute("delete from marks where digest not in (select reads from captures)")
    free, pages = (_ask(database, f"pragma {what}") for what in ("freelist_count", "page_count"))
    if free > pages // 2:
        database.commit()
        database.execute("vacuum")


def _ask(database: sqlite3.Connection, question: str) -> int:
    return int(database.execute(question).fetchone()[0])


def _join(key: Key, depends: str, reads: str, capture: bytes) -> bytes:
    return "\0".join((*key, depends, reads, "")).encode("utf-8", "surrogatepass") + capture


def _digest(text: object) -> str:
    return hashlib.sha256(str(text).encode("utf-8", "surrogatepass")).hexdigest()


def _read_object(text: object) -> dict[str, str] | None:
    try:
        value = json.loads(str(text))
    except (ValueError, RecursionError):
        return None
    texts = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    return value if texts else None


def _word(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
