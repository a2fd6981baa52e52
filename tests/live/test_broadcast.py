"""Pages hear of events from any thread, in order, until it is over."""

import asyncio
import json
import threading

from graph_goldens.live.broadcast import Broadcast


async def hear(broadcast: Broadcast, count: int) -> list[bytes]:
    heard = []
    async for text in broadcast.listen():
        heard.append(text)
        if len(heard) == count:
            break
    return heard


def test_all_hear_what_another_thread_tells_in_order() -> None:
    async def listen() -> list[list[bytes]]:
        broadcast = Broadcast(asyncio.get_running_loop())
        listeners = [asyncio.create_task(hear(broadcast, 4)) for _ in range(3)]
        while not broadcast.heard:
            await asyncio.sleep(0)
        await asyncio.sleep(0)

        def tell() -> None:
            for number in range(3):
                broadcast.publish("state", {"said": f"line\n{number}"})

        await asyncio.to_thread(tell)
        return await asyncio.gather(*listeners)

    for heard in asyncio.run(listen()):
        assert heard[0].startswith(b"retry:")
        for number, text in enumerate(heard[1:]):
            name, data = text.decode().strip().split("\n")
            assert name == "event: state"
            assert json.loads(data.removeprefix("data: ")) == {"said": f"line\n{number}"}


def test_once_it_is_over_nobody_listens() -> None:
    async def listen() -> list[bytes]:
        broadcast = Broadcast(asyncio.get_running_loop())
        listener = asyncio.create_task(hear(broadcast, 9))
        await asyncio.sleep(0)
        threading.Thread(target=broadcast.close).start()
        heard = await listener
        assert not broadcast.heard
        return [*heard, *[text async for text in broadcast.listen()]]

    assert asyncio.run(listen()) == [b"retry: 1000\n\n", b"retry: 1000\n\n"]


def test_before_the_server_runs_nothing_is_told() -> None:
    Broadcast().publish("state", {})
    Broadcast().close()


def test_who_reads_nothing_is_let_go_and_costs_no_more_memory() -> None:
    async def listen() -> int:
        broadcast = Broadcast(asyncio.get_running_loop())
        listening = broadcast.listen()
        await anext(listening)
        for number in range(5_000):
            broadcast.publish("check", {"number": number})
        await asyncio.sleep(0)
        assert not broadcast.heard
        return len([text async for text in listening])

    assert asyncio.run(listen()) == 2_000
