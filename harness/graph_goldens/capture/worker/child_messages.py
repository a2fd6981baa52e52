"""What children send to the worker, separated from whatever else is written to their pipe."""

from dataclasses import dataclass, field

BEGUN, GAVE, DONE, DIED = "begun", "gave", "done", "died"
"""Kinds of messages: a step that began, a line of the result, its end, and a death that no status shows."""

LONGEST = 32 << 20
"""Most bytes of a message."""

_LONGEST_LINE = LONGEST + (1 << 10)


@dataclass
class Messages:
    """The messages of one child: lines that begin with its token; everything else is dropped.

    Attributes:
        token: what its messages begin with.
        given: the lines of its result so far.
    """

    token: str
    given: list[str] = field(default_factory=list)
    _received: bytearray = field(default_factory=bytearray)
    _last: dict[str, str] = field(default_factory=dict)

    def receive(self, chunk: bytes) -> None:
        """Read the messages of a chunk from the pipe; a line that is too long is dropped whole."""
        self._received += chunk
        *lines, rest = self._received.split(b"\n") if b"\n" in chunk else (self._received,)
        for line in lines:
            self._take(bytes(line))
        self._received = bytearray() if len(rest) > _LONGEST_LINE else rest

    def find_last(self, kind: str) -> str | None:
        """Find the last message of a kind; None where there is none."""
        return self._last.get(kind)

    def _take(self, line: bytes) -> None:
        token, _, message = line.partition(b" ")
        if token == self.token.encode():
            kind, _, text = (part.decode(errors="replace") for part in message.partition(b" "))
            self._last[kind] = text
            if kind == GAVE:
                self.given.append(text)
