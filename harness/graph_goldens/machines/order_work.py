"""What a machine does with an order: it opens the environment, starts the ordinary worker, and tells."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from graph_goldens.environments.worker_messages import CaseListing
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.local_placement import list_groups, open_group
from graph_goldens.gate.pack_workers import OpenGroup, RecordSource
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.project_needs import PackGroup
from graph_goldens.keys import Key
from graph_goldens.machines.orders import (
    CaptureOrder,
    CaptureTold,
    CasesListed,
    GroupOpened,
    News,
    Noted,
    OrderEnded,
    OrderKind,
    SourceOpened,
)
from graph_goldens.records import dump_capture
from graph_goldens.runs.revision import find_revision

Tell = Callable[[News], None]


@dataclass(frozen=True)
class Machine:
    """The machine that does an order.

    Attributes:
        name: its name, for people.
        project: the project's folder there.
        working: the folder that keeps its environments, C++ libraries and logs, for all projects.
    """

    name: str
    project: Path
    working: Path


@dataclass(frozen=True)
class Attempt:
    """Where an order stands when a machine begins it.

    Attributes:
        number: how often a machine began it, this one included.
        told: the records that machines which were lost had told.
    """

    number: int = 1
    told: Collection[Key] = ()

    def list_left(self, order: CaptureOrder) -> list[Key]:
        """List the records that are left, from the other end each time.

        If machines are lost by one of them, those before it and those behind it are told by the third time.
        """
        left = [key for key in order.keys if key not in self.told]
        return left if self.number % 2 else left[::-1]


FIRST = Attempt()


def do_order(order: CaptureOrder, machine: Machine, tell: Tell, attempt: Attempt = FIRST) -> OrderEnded:
    """Do what an order asks for, and tell what comes of it as it comes.

    Args:
        order: the order.
        machine: the machine that this runs on.
        tell: takes the news.
        attempt: where the order stands.
    """
    try:
        with ExitStack() as held:
            project = _find_project(order, machine)
            group = open_group(
                project,
                order.wanted,
                _find_group(order, project),
                lambda text: tell(Noted(f"{machine.name}: {text}")),
                held,
            )
            match order.kind:
                case OrderKind.ENVIRONMENT:
                    tell(GroupOpened(group.environment, group.packages, group.unmet))
                case OrderKind.LISTING:
                    tell(_list_cases(order, group))
                case OrderKind.RECORDS:
                    left = replace(order, keys=tuple(attempt.list_left(order)))
                    _capture(left, machine, group, tell, singly=attempt.number > 1)
    except (UserError, ToolError) as error:
        return OrderEnded(f"{machine.name}: {error}", isinstance(error, UserError))
    return OrderEnded()


def _find_project(order: CaptureOrder, machine: Machine) -> Project:
    project = find_project(machine.project, machine.project / order.cases if order.cases else None)
    limits = order.limits
    return replace(
        project,
        working=machine.working,
        jobs=limits.jobs,
        timeout=limits.timeout,
        memory=limits.memory,
    )


def _find_group(order: CaptureOrder, project: Project) -> PackGroup:
    groups = list_groups(project, order.wanted.build)
    found = next((group for group in groups if group.choice.names == order.packs), None)
    if found is None:
        raise ToolError("the project did not come as it was sent: its packs need something else")
    return found


def _list_cases(order: CaptureOrder, group: OpenGroup) -> CasesListed:
    with group.opener(order.choice, order.hash_seed, _hear_nothing) as source:
        return CasesListed(source.hello, _strip(source.listing), group.packages)


def _strip(listing: CaseListing) -> CaseListing:
    """Leave out what was read to make a list, which means nothing on another machine."""
    return replace(listing, modules={}, reads={}, unnamed=(), build_reads={}, build_unnamed=())


def _capture(order: CaptureOrder, machine: Machine, group: OpenGroup, tell: Tell, *, singly: bool) -> None:
    """Capture records; singly, so that each is told before the next one begins, which may end all this."""
    if not order.keys:
        return
    if group.unmet:
        raise ToolError(f"requirements that could be met elsewhere cannot be met here: {group.unmet}")
    with group.opener(order.choice, order.hash_seed, _hear_nothing) as source:
        tell(_describe_source(machine, group, source))
        for keys in [(key,) for key in order.keys] if singly else [order.keys]:
            for capture in source.capture(keys, order.limits.timeout, memory=order.limits.memory):
                bare = replace(capture, reads={}, unnamed=())  # a cache on this machine alone would need them
                tell(CaptureTold(capture.record.key, dump_capture(bare)))


def _describe_source(machine: Machine, group: OpenGroup, source: RecordSource) -> SourceOpened:
    cases = find_revision(source.listing.cases).cases
    return SourceOpened(machine.name, source.hello, cases, group.packages)


def _hear_nothing(text: str) -> None:
    """Leave out what each worker would say at its start: there may be hundreds."""
