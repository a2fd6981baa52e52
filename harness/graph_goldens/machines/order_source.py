"""A source of records that places orders, and makes of what is told what one worker would give."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from graph_goldens.environments.uv_run import RefusedEnvironmentError
from graph_goldens.environments.worker_messages import CaseListing, Hello
from graph_goldens.errors import ToolError
from graph_goldens.gate.placement import Note
from graph_goldens.keys import Key
from graph_goldens.machines.orders import (
    CaptureOrder,
    CaptureTold,
    CasesListed,
    GroupOpened,
    News,
    Noted,
    OrderEnded,
    OrderLimits,
    OrderLost,
    SourceOpened,
)
from graph_goldens.record_bounds import read_capture
from graph_goldens.records import Capture, Outcome, Record, RecordError
from graph_goldens.runs.revision import find_revision
from graph_goldens.runs.shard import split
from graph_goldens.words import format_count

ATTEMPTS = 3
"""How often an order is begun: it may be what its machines die of."""

_LOST_OFTEN = f"lost {ATTEMPTS} times"
LOST = f"what ran it, or its machine, was {_LOST_OFTEN}"
MOST_JOBS = 4
"""Captures at once of one order where nobody says it: more share a worker, fewer wait for the last one."""

NOT_MEASURED: Mapping[Key, float] = MappingProxyType({})
_FEWEST = 50  # records for each core of an order: its worker takes about as long to start
_ORDERS_FOR_EACH = 2  # orders for each place that is free, so that none waits long for the last one


class Machines(Protocol):
    """What takes orders to machines and brings back what they tell."""

    @property
    def places(self) -> int:
        """How many orders are done at once."""

    def place(self, order: CaptureOrder) -> None:
        """Have an order done, on whichever machine is free; again on another where one is lost."""

    def hear(self, numbers: Collection[int]) -> Sequence[tuple[int, News]]:
        """Wait a moment, and return what was told of some orders, in order; the last word is that one ended.

        Raises:
            ToolError: nothing will ever be told, since no machine is left.
        """

    def withdraw(self, numbers: Collection[int]) -> None:
        """Stop what is being done of some orders."""


@dataclass(frozen=True)
class OrderSource:
    """Captures the packs of a group by orders.

    Attributes:
        machines: what takes the orders.
        order: the order that each is made from.
        listed: what the first machine listed.
        parts: into how many orders records are split at most.
        numbers: the numbers of orders to come.
        note: hears in short lines what takes time.
    """

    machines: Machines
    order: CaptureOrder
    listed: CasesListed
    parts: int
    numbers: Iterator[int]
    note: Note = field(repr=False)

    def __enter__(self) -> "OrderSource":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open between two captures."""

    @property
    def hello(self) -> Hello:
        """What the environment is."""
        return self.listed.hello

    @property
    def listing(self) -> CaseListing:
        """The cases."""
        return self.listed.listing

    def capture(self, keys: Sequence[Key], timeout: float, *, memory: int) -> Iterator[Capture]:
        """Yield a capture of each case and tracing path, as they are told.

        Raises:
            RefusedEnvironmentError: a machine cannot have what was asked for.
            ToolError: a machine failed, has another environment than the first, or none is left.
        """
        limits = replace(self.order.limits, timeout=timeout, memory=memory)
        waiting = {order.number: dict.fromkeys(order.keys) for order in self._place_orders(keys, limits)}
        try:
            while waiting:
                for number, news in self.machines.hear(waiting):
                    yield from self._take(news, waiting[number])
                    if isinstance(news, OrderEnded | OrderLost):
                        del waiting[number]
        finally:
            self.machines.withdraw(waiting)

    def _place_orders(self, keys: Sequence[Key], limits: OrderLimits) -> Iterator[CaptureOrder]:
        for part in split_records(keys, self.parts, limits.jobs):
            order = replace(self.order, number=next(self.numbers), limits=limits, keys=tuple(part))
            self.machines.place(order)
            yield order

    def _take(self, news: News, waiting: dict[Key, None]) -> Iterator[Capture]:
        match news:
            case CaptureTold(key, line):
                if key in waiting:  # else a machine told it before it was lost
                    del waiting[key]
                    yield self._read(key, line)
            case Noted(text):
                self.note(text)
            case SourceOpened():
                self._demand_alike(news)
            case OrderEnded():
                _demand_success(news)
                if waiting:
                    left = format_count(len(waiting), "record")
                    raise ToolError(f"a machine ended its answer without {left}")
            case OrderLost():
                yield from map(self._make_crash, waiting)
            case GroupOpened() | CasesListed():
                raise ToolError("a machine sent something that is not an answer")

    def _read(self, key: Key, line: str) -> Capture:
        try:
            capture = read_capture(line)
        except RecordError as error:
            raise ToolError(f"a machine sent something that is not a record: {error}") from None
        if capture.record.key != key:
            raise ToolError(f"a machine sent a record of {capture.record.key} as that of {key}")
        return capture

    def _demand_alike(self, opened: SourceOpened) -> None:
        """Refuse a machine whose records would be of another build, or of other cases, than the others'."""
        name = opened.machine
        if (opened.hello, opened.packages) != (self.hello, self.listed.packages):
            has = _describe(opened.hello, opened.packages)
            wanted = _describe(self.hello, self.listed.packages)
            raise ToolError(
                f"{name} has another environment than the machines before it, {has} and not {wanted}; remove"
                " that environment there, and look at what its uv and pip are set to"
            )
        if opened.cases != find_revision(self.listing.cases).cases:
            raise ToolError(f"{name} lists other cases than the machines before it did")

    def _make_crash(self, key: Key) -> Capture:
        source = next((case.source for case in self.listing.cases if case.case == key.case), "")
        return Capture(Record(*key, Outcome.CRASH, LOST, source=source, rules=self.hello.rules))


def split_records(
    keys: Sequence[Key], parts: int, jobs: int, seconds: Mapping[Key, float] = NOT_MEASURED
) -> Iterator[list[Key]]:
    """Split records into orders that take about as long; each keeps the sequence in which they are wanted.

    Args:
        keys: the records.
        parts: into how many orders at most.
        jobs: captures at once of an order.
        seconds: how long captures took before; where it says nothing, medians of tracing paths do.
    """
    for part in split(keys, max(1, min(parts, len(keys) // (_FEWEST * jobs))), seconds):
        chosen = set(part)
        yield [key for key in keys if key in chosen]


def count_parts(places: int, environments: int) -> int:
    """Count the orders into which the records of one environment are split, of several at once."""
    return max(1, -(-_ORDERS_FOR_EACH * places // environments))


def ask(machines: Machines, order: CaptureOrder, note: Note) -> GroupOpened | CasesListed:
    """Ask a machine what an environment is, or which cases it lists.

    Raises:
        RefusedEnvironmentError: what it is to hold is not to be had.
        ToolError: it cannot be made, or what was to answer was lost too often.
    """
    machines.place(order)
    answer: GroupOpened | CasesListed | None = None
    try:
        while True:
            for _, news in machines.hear([order.number]):
                match news:
                    case GroupOpened() | CasesListed():
                        answer = news
                    case Noted(text):
                        note(text)
                    case OrderLost():
                        raise ToolError(
                            f"what was to say {order.kind.value}, or its machine, was {_LOST_OFTEN}"
                        )
                    case OrderEnded():
                        _demand_success(news)
                        return _demand_answer(answer, order)
                    case _:
                        raise ToolError("a machine sent something that is not an answer")
    finally:
        machines.withdraw([order.number])


def _demand_answer(
    answer: GroupOpened | CasesListed | None, order: CaptureOrder
) -> GroupOpened | CasesListed:
    if answer is None:
        raise ToolError(f"a machine did not say {order.kind.value}")
    return answer


def _demand_success(ended: OrderEnded) -> None:
    if ended.problem:
        raise (RefusedEnvironmentError if ended.refused else ToolError)(ended.problem)


def _describe(hello: Hello, packages: Sequence[str]) -> str:
    said = f"PyTorch {hello.torch} ({hello.git[:10]}), Python {hello.python}, {hello.platform}"
    return said + (f" with {', '.join(packages)}" if packages else "")
