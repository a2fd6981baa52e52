"""Other machines as the place of captures: environments are opened there, and records captured by orders."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from graph_goldens.environments.builds import Build
from graph_goldens.gate.local_placement import list_groups
from graph_goldens.gate.pack_workers import OpenGroup
from graph_goldens.gate.placement import Note
from graph_goldens.gate.project import Project
from graph_goldens.gate.project_needs import PackGroup
from graph_goldens.machines.order_source import Machines, OrderSource, ask_group, count_parts
from graph_goldens.machines.orders import CaptureOrder, GroupOpened, OrderLimits


@dataclass(frozen=True)
class MachinePlacement:
    """Other machines.

    Attributes:
        machines: what takes orders to them.
        jobs: captures at once that one order asks for.
        numbers: the numbers of orders to come.
        at_once: how many environments a command works with at once.
        here: whether what captures read lies on this machine, which it does not.
    """

    machines: Machines
    jobs: int
    numbers: Iterator[int]
    at_once: int = 1
    here: bool = False

    @contextmanager
    def hold_groups(self, project: Project, build: Build | str, note: Note) -> Iterator[Sequence[OpenGroup]]:
        """Ask a machine for each environment, which makes it where it is missing.

        The other machines make theirs when they capture; who uses one there keeps it from being removed.
        """
        yield tuple(self._open_group(project, build, group, note) for group in list_groups(project, build))

    def _open_group(self, project: Project, build: Build | str, group: PackGroup, note: Note) -> OpenGroup:
        limits = OrderLimits(self.jobs, project.timeout, project.memory)
        cases = project.cases.relative_to(project.root).as_posix()
        order = CaptureOrder(next(self.numbers), build, group.choice.names, cases, limits)
        told = ask_group(self.machines, order, note)
        source = _OrderOpener(self, order, told)
        environment = replace(told.environment, needs=group.needs)  # as this machine's settings say it
        return OpenGroup(group.choice, environment, source, told.packages, told.unmet)


@dataclass(frozen=True)
class _OrderOpener:
    """Opens what captures the packs of a group by orders."""

    placement: MachinePlacement
    order: CaptureOrder
    told: GroupOpened

    def __call__(self, hash_seed: int, note: Note) -> OrderSource:
        placement = self.placement
        parts = count_parts(placement.machines.places, placement.at_once)
        order = replace(self.order, hash_seed=hash_seed)
        return OrderSource(placement.machines, order, self.told, parts, placement.numbers, note)
