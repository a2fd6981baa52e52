"""Machines in this process, on which everything that can happen to an order can be made to happen."""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from graph_goldens.environments.environment import Environment
from graph_goldens.environments.worker_messages import CaseListing, Hello, ListedCase
from graph_goldens.keys import Key
from graph_goldens.machines.orders import CaptureOrder, CaptureTold, News, OrderEnded, SourceOpened
from graph_goldens.records import Artifact, Capture, Outcome, Record, dump_capture
from graph_goldens.runs.revision import find_revision

HELLO = Hello("2.13.0+cpu", "abcdef0123456789", False, None, "3.11.7", "Linux-x86_64", {}, ("export",), 7)
CASES = CaseListing(
    tuple(
        ListedCase(f"p/c{at:03}", ("export", "make-fx-real"), f"digest{at}", "p/c.py", 1) for at in range(130)
    )
)
ELSEWHERE = Environment(
    Path("/elsewhere/python"), "2.13.0+cpu", "", False, None, "3.11.7", "Linux", True, 17, Path("/elsewhere")
)
"""An environment of a machine: nothing of its paths is here."""
OPENED = SourceOpened("machine a", HELLO, find_revision(CASES.cases).cases, ())

Story = Callable[[CaptureOrder], Iterator[News]]


def capture(key: Key) -> Capture:
    """What any machine gives for a record."""
    return Capture(Record(*key, Outcome.GRAPHS, artifacts=(Artifact("a.graph", f"graph of {key.case}"),)))


def tell(key: Key) -> CaptureTold:
    return CaptureTold(key, dump_capture(capture(key)))


def do_well(order: CaptureOrder) -> Iterator[News]:
    """What a machine tells that nothing happens to."""
    yield OPENED
    yield from map(tell, order.keys)
    yield OrderEnded()


class FakeMachines:
    """Tells of each order what a story says, a piece of news at a time, orders in turn."""

    def __init__(self, story: Story = do_well, places: int = 3) -> None:
        self.places = places
        self.placed: list[CaptureOrder] = []
        self.withdrawn: list[int] = []
        self._story = story
        self._told: dict[int, deque[News]] = {}

    def place(self, order: CaptureOrder) -> None:
        self.placed.append(order)
        self._told[order.number] = deque(self._story(order))

    def hear(self, numbers: Collection[int]) -> Sequence[tuple[int, News]]:
        return [(number, self._told[number].popleft()) for number in numbers if self._told[number]]

    def withdraw(self, numbers: Collection[int]) -> None:
        self.withdrawn += numbers
