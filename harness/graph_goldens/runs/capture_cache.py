"""Captures that are kept with what they depend on, so that only what changed is captured again.

One file of lines, each a checksum, a case, a tracing path, what the capture depends on, and the capture,
appended as it is made. A killed command loses at most its last line. A line that is damaged, or that comes
from elsewhere, counts as missing: what it was about is captured again.
"""

import enum
import fcntl
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias

from graph_goldens.errors import ToolError
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, RecordError, dump_capture, load_capture_line

Dependencies: TypeAlias = Mapping[str, str]

_CHECKSUM_LENGTH = 16
_SLACK = 3  # the file is written anew once it has this many lines for each capture
_LARGEST = 1 << 30
_LASTING = (Outcome.GRAPHS, Outcome.NOTHING_CAPTURED, Outcome.ERROR, Outcome.UNAVAILABLE)


class Lack(enum.Enum):
    """Why no capture can be reused although none of its dependencies changed."""

    NEVER = "never captured before"
    UNREADABLE = "its entry in the cache is unreadable"
    FLEETING = "a crash, a timeout or a failure is never reused"


@dataclass(frozen=True)
class Looked:
    """What was found of the captures that are wanted.

    Attributes:
        captures: those that depend on nothing that has changed since.
        lacking: why there is none, for all others: that, or the names of the dependencies that changed.
    """

    captures: Mapping[Key, Capture] = field(default_factory=dict)
    lacking: Mapping[Key, Lack | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """A line of the file; its capture is read only where it is wanted."""

    key: Key
    depends: Dependencies
    capture: str


@dataclass(frozen=True)
class Kept:
    """The captures that are kept in a file.

    Attributes:
        file: the file; it need not exist.
    """

    file: Path

    def look(self, wanted: Mapping[Key, Dependencies]) -> Looked:
        """Find captures whose dependencies are what they were; later ones count before earlier ones.

        Args:
            wanted: what each capture depends on, as it is now: a digest for each name.
        """
        lines, damaged = self._read_lines()
        known: dict[Key, list[_Line]] = {}
        for line in lines:
            known.setdefault(line.key, []).insert(0, line)
        captures: dict[Key, Capture] = {}
        lacking: dict[Key, Lack | tuple[str, ...]] = {}
        for key, depends in wanted.items():
            found = _find(known.get(key, []), depends, Lack.UNREADABLE if key in damaged else Lack.NEVER)
            if isinstance(found, Capture):
                captures[key] = found
            else:
                lacking[key] = found
        return Looked(captures, lacking)

    def add(self, capture: Capture, depends: Dependencies) -> None:
        """Keep one more capture.

        Raises:
            ToolError: it cannot be written.
        """
        line = _write_line(capture, depends)
        with self._lock("a+b") as stream:
            stream.write(line if _ends_whole(stream) else b"\n" + line)

    def tidy(self) -> None:
        """Drop what was captured again since, where that has become most of the file.

        Raises:
            ToolError: it cannot be written.
        """
        if not self.file.exists():
            return
        with self._lock("r+b") as stream:
            lines = stream.read().split(b"\n")
            newest = {line.key: raw for raw in lines if (line := _read_line(raw))}
            if len(lines) > _SLACK * len(newest) + 1:
                stream.seek(0)
                stream.truncate()
                stream.writelines(raw + b"\n" for raw in newest.values())

    def _read_lines(self) -> tuple[list[_Line], set[Key]]:
        """Read the lines that are whole, and return the cases and tracing paths of those that are not."""
        lines: list[_Line] = []
        damaged: set[Key] = set()
        for raw in self._read():
            line = _read_line(raw)
            if line is not None:
                lines.append(line)
            elif key := _guess_key(raw):
                damaged.add(key)
        return lines, damaged

    def _read(self) -> list[bytes]:
        """Read the file; one that cannot be read, or that has grown beyond reason, counts as empty."""
        try:
            with self.file.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_SH)  # another command may be tidying
                return stream.read(_LARGEST).split(b"\n")
        except OSError:
            return []

    @contextmanager
    def _lock(self, mode: str) -> Iterator[IO[bytes]]:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open(mode) as stream:
                fcntl.flock(stream, fcntl.LOCK_EX)
                yield stream
        except OSError as error:
            raise ToolError(f"cannot keep captures in {self.file}: {error.strerror or error}") from None


def compute_checksum(data: bytes) -> str:
    """Compute what proves that a line is as it was written."""
    return hashlib.sha256(data).hexdigest()[:_CHECKSUM_LENGTH]


def _find(lines: Iterable[_Line], depends: Dependencies, otherwise: Lack) -> Capture | Lack | tuple[str, ...]:
    """Find the newest capture that depends on what is there now, or why there is none."""
    changed: tuple[str, ...] = ()
    for line in lines:
        if line.depends == depends:
            return _read_capture(line)
        changed = changed or tuple(name for name in depends if line.depends.get(name) != depends[name])
    return changed or otherwise


def _read_capture(line: _Line) -> Capture | Lack:
    try:
        capture = load_capture_line(line.capture)
    except RecordError:
        return Lack.UNREADABLE
    if capture.record.key != line.key or capture.record.source != line.depends.get("source"):
        return Lack.UNREADABLE
    lasting = capture.record.source and not capture.fault and capture.record.outcome in _LASTING
    return capture if lasting else Lack.FLEETING


def _write_line(capture: Capture, depends: Dependencies) -> bytes:
    parts = (*capture.record.key, json.dumps(dict(depends)), dump_capture(capture))
    data = "\t".join(parts).encode("utf-8", "surrogatepass")
    return compute_checksum(data).encode() + b"\t" + data + b"\n"


def _read_line(raw: bytes) -> _Line | None:
    mark, _, data = raw.partition(b"\t")
    if compute_checksum(data).encode() != mark:
        return None
    try:
        case, path, text, capture = data.decode("utf-8", "surrogatepass").split("\t")
        depends = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _Line(Key(case, path), depends, capture) if isinstance(depends, dict) else None


def _guess_key(raw: bytes) -> Key | None:
    """Guess which case and tracing path a damaged line is about."""
    parts = raw.split(b"\t")
    return Key(*(part.decode("utf-8", "replace") for part in parts[1:3])) if parts[3:] else None


def _ends_whole(stream: IO[bytes]) -> bool:
    """Whether the last line is whole: a full disk or a killed command may have cut it off."""
    size = stream.seek(0, 2)
    if not size:
        return True
    stream.seek(size - 1)
    return stream.read(1) == b"\n"
