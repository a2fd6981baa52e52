"""What pages hear of as it happens: events from any thread, to each page that listens."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from graph_goldens.records import Json

ALIVE_SECONDS = 15.0
_MOST_WAITING = 2_000


@dataclass
class Broadcast:
    """Hands events on to all who listen.

    Attributes:
        loop: the loop in which those wait; None before it runs.
    """

    loop: asyncio.AbstractEventLoop | None = None
    _queues: set["asyncio.Queue[bytes | None]"] = field(default_factory=set)
    _over: bool = False

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._queues)

    def publish(self, event: str, data: Json) -> None:
        """Tell everybody; may be called in any thread."""
        if self.loop is not None and not self.loop.is_closed():
            text = f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()
            self.loop.call_soon_threadsafe(self._put, text)

    def close(self) -> None:
        """Let everybody go, and nobody listen again; may be called in any thread."""
        self._over = True
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._put, None)

    def _put(self, text: bytes | None) -> None:
        for queue in list(self._queues):
            full = queue.qsize() >= _MOST_WAITING
            if full:  # it reads nothing; once it does, it comes again and reads the state
                self._queues.discard(queue)
            queue.put_nowait(None if full else text)

    async def listen(self) -> AsyncIterator[bytes]:
        """Yield events as server-sent events, and now and then a comment that keeps the connection alive."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield b"retry: 1000\n\n"
            while not self._over:
                try:
                    text = await asyncio.wait_for(queue.get(), ALIVE_SECONDS)
                except TimeoutError:
                    yield b": alive\n\n"
                    continue
                if text is None:
                    return
                yield text
        finally:
            self._queues.discard(queue)
