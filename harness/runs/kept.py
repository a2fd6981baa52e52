"""Captures that are kept, so that what did not change need not be captured again.

One file of JSON lines for each environment: a header that says what the captures depend on besides their
case, then a capture a line, each appended as it is made. A killed command loses at most its last line, and a
line that cannot be read is captured again.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.errors import ToolError
from harness.records import Capture, Json, Outcome, RecordError, capture_from_line, capture_to_line
from harness.runs.selection import Key

_DIGEST_LENGTH = 24
_SLACK = 3  # so many times as many lines as captures, and the file is written anew
_LASTING = (Outcome.GRAPHS, Outcome.ERROR, Outcome.UNAVAILABLE)


def identity(environment: Mapping[str, Json], sources: Iterable[Path]) -> str:
    """Digest what captures depend on besides their case: the environment, and the code that captures."""
    digest = hashlib.sha256(json.dumps(dict(environment), sort_keys=True).encode())
    for file in sources:
        digest.update(b"\0" + file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:_DIGEST_LENGTH]


@dataclass(frozen=True)
class Kept:
    """The kept captures of one environment.

    Attributes:
        file: where they are kept.
        identity: what they depend on; captures that were kept under another one are forgotten.
    """

    file: Path
    identity: str

    def load(self, sources: Mapping[str, str]) -> dict[Key, Capture]:
        """Give the captures of cases whose source is what it was.

        Args:
            sources: digest of each case's source as it is now, by case.
        """
        captures = list(self._captures())
        found = {capture.record.key: capture for capture in captures}
        if len(captures) > _SLACK * len(found):
            self._rewrite(found.values())
        return {key: capture for key, capture in found.items() if _lasts(capture, sources)}

    def add(self, capture: Capture) -> None:
        """Keep one more capture.

        Raises:
            ToolError: it cannot be written.
        """
        with self._locked() as stream:
            if not _is_headed(stream, self.identity):
                stream.truncate(0)
                stream.write(_header(self.identity) + b"\n")
            stream.write(capture_to_line(capture).encode() + b"\n")

    def _rewrite(self, captures: Iterable[Capture]) -> None:
        """Drop what was captured again since."""
        lines = [_header(self.identity), *(capture_to_line(capture).encode() for capture in captures)]
        with self._locked() as stream:
            stream.truncate(0)
            stream.write(b"\n".join(lines) + b"\n")

    def _captures(self) -> Iterator[Capture]:
        try:
            header, *lines = self.file.read_bytes().split(b"\n")
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise ToolError(f"cannot read {self.file}: {error.strerror or error}") from None
        if not _heads(header, self.identity):
            return
        for line in lines:
            try:
                yield capture_from_line(line.decode())
            except (RecordError, UnicodeDecodeError):
                continue

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a+b") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX)
                yield stream
        except OSError as error:
            raise ToolError(f"cannot keep captures in {self.file}: {error.strerror or error}") from None


def _lasts(capture: Capture, sources: Mapping[str, str]) -> bool:
    record = capture.record
    unchanged = bool(record.source) and sources.get(record.case) == record.source
    return unchanged and not capture.fault and record.outcome in _LASTING


def _is_headed(stream: IO[bytes], wanted: str) -> bool:
    stream.seek(0)
    return _heads(stream.readline().rstrip(b"\n"), wanted)


def _heads(line: bytes, wanted: str) -> bool:
    return line == _header(wanted)


def _header(identity: str) -> bytes:
    return json.dumps({"kept": identity}).encode()
