"""Lines of a pipe, each of bounded size and read within a bounded time."""

import os
import select
import time
from typing import IO

_CHUNK = 1 << 16


class LineTooLongError(Exception):
    """A line is longer than allowed."""


class NoLineInTimeError(Exception):
    """No whole line came within the allowed time."""


class Lines:
    """Reads lines from a pipe that nothing else reads from."""

    def __init__(self, pipe: IO[bytes], longest: int) -> None:
        self._pipe = pipe
        self._longest = longest
        self._received = bytearray()
        self._searched = 0

    def read_line(self, seconds: float) -> bytes | None:
        """Read the next line without its end, None at the pipe's end; an unfinished last line is dropped.

        Raises:
            LineTooLongError: it has more bytes than allowed.
            NoLineInTimeError: it did not come within so many seconds.
        """
        deadline = time.monotonic() + seconds
        while (end := self._received.find(b"\n", self._searched)) < 0:
            self._searched = len(self._received)
            if self._searched > self._longest:
                raise LineTooLongError
            chunk = self._read_chunk(deadline)
            if not chunk:
                return None
            self._received += chunk
        if end > self._longest:
            raise LineTooLongError
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        self._searched = 0
        return line

    def _read_chunk(self, deadline: float) -> bytes:
        ready, _, _ = select.select([self._pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise NoLineInTimeError
        return os.read(self._pipe.fileno(), _CHUNK)
