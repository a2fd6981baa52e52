"""Where machines put what they tell, until the host takes it; an actor of Ray, whose calls take turns."""

import asyncio
from collections import defaultdict
from collections.abc import Collection

from graph_goldens.keys import Key
from graph_goldens.machines.orders import CaptureTold, News


class NewsBox:
    """Holds the news of orders."""

    def __init__(self) -> None:
        self._news: dict[int, list[News]] = defaultdict(list)
        self._told: dict[int, set[Key]] = defaultdict(set)
        self._begun: dict[int, int] = defaultdict(int)
        self._changed = asyncio.Event()

    async def begin(self, number: int) -> tuple[int, frozenset[Key]]:
        """Note that a machine begins an order; return how often one did, and which records are told."""
        self._begun[number] += 1
        return self._begun[number], frozenset(self._told[number])

    async def put(self, number: int, news: News) -> None:
        """Take what a machine tells."""
        if isinstance(news, CaptureTold):
            self._told[number].add(news.key)
        self._news[number].append(news)
        self._changed.set()

    async def take(self, numbers: Collection[int], seconds: float) -> list[tuple[int, News]]:
        """Hand out the news of some orders, as soon as there are any or the time is over."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not any(self._news.get(number) for number in numbers):
            left = until - loop.time()
            if left <= 0:
                return []
            await self._wait(left)
        return [(number, news) for number in numbers for news in self._news.pop(number, [])]

    async def _wait(self, seconds: float) -> None:
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return
