"""News wait until they are taken, and whoever waits for some hears them at once."""

import asyncio

from graph_goldens.keys import Key
from graph_goldens.machines.news_box import NewsBox
from graph_goldens.machines.orders import CaptureTold, Noted

ONE, TWO = CaptureTold(Key("p/one", "export"), "{}"), Noted("two")


def test_news_are_handed_out_once_and_only_those_of_the_orders_that_are_asked_for() -> None:
    async def play() -> None:
        box = NewsBox()
        await box.put(1, ONE)
        await box.put(2, TWO)
        await box.put(1, TWO)
        assert await box.take([1], 0.0) == [(1, ONE), (1, TWO)]
        assert await box.take([1], 0.0) == []
        assert await box.take([1, 2], 0.0) == [(2, TWO)]

    asyncio.run(play())


def test_several_wait_and_each_hears_its_own() -> None:
    async def play() -> None:
        box = NewsBox()
        first, second = (asyncio.create_task(box.take([number], 60.0)) for number in (1, 2))
        await asyncio.sleep(0)
        await box.put(2, TWO)
        assert await second == [(2, TWO)]
        assert not first.done()
        await box.put(1, ONE)
        assert await first == [(1, ONE)]

    asyncio.run(play())


def test_a_machine_that_begins_hears_how_often_one_did_and_what_is_told() -> None:
    async def play() -> None:
        box = NewsBox()
        assert await box.begin(1) == (1, frozenset())
        await box.put(1, ONE)
        await box.put(1, TWO)
        await box.take([1], 0.0)
        assert await box.begin(1) == (2, frozenset({ONE.key}))
        assert await box.begin(2) == (1, frozenset())

    asyncio.run(play())
