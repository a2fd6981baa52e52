"""Other machines as the place of captures: environments are opened there, and records captured by orders."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph_goldens.cases.packs import PackChoice
from graph_goldens.gate.local_placement import list_groups
from graph_goldens.gate.pack_workers import OpenGroup
from graph_goldens.gate.placement import Note, WantedBuild
from graph_goldens.gate.project import Project
from graph_goldens.gate.project_needs import PackGroup
from graph_goldens.machines.order_source import Machines, OrderSource, ask, count_parts
from graph_goldens.machines.orders import CaptureOrder, CasesListed, GroupOpened, OrderKind, OrderLimits


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
    def hold_groups(self, project: Project, wanted: WantedBuild, note: Note) -> Iterator[Sequence[OpenGroup]]:
        """Ask a machine for each environment, which makes it where it is missing.

        The other machines make theirs when they capture; who uses one there keeps it from being removed.
        """
        groups = list_groups(project, wanted.build)
        yield tuple(self._open_group(project, wanted, group, note) for group in groups)

    def _open_group(self, project: Project, wanted: WantedBuild, group: PackGroup, note: Note) -> OpenGroup:
        order = CaptureOrder(
            OrderKind.ENVIRONMENT,
            next(self.numbers),
            wanted,
            group.choice.names,
            group.choice,
            _name_cases(project),
            OrderLimits(self.jobs, project.timeout, project.memory),
        )
        told = ask(self.machines, order, note)
        assert isinstance(told, GroupOpened)
        environment = replace(told.environment, needs=group.needs)  # as this machine's settings say it
        return OpenGroup(group.choice, environment, _OrderOpener(self, order), told.packages, told.unmet)


def _name_cases(project: Project) -> str:
    """Name the one folder of packs from the project's; several are what the settings there say too."""
    cases = project.cases
    return cases.relative_to(project.root).as_posix() if isinstance(cases, Path) else ""


@dataclass(frozen=True)
class _OrderOpener:
    """Opens what captures the packs of a group by orders; one machine lists the cases, and once."""

    placement: MachinePlacement
    order: CaptureOrder
    known: dict[PackChoice, CasesListed] = field(default_factory=dict, compare=False)

    def __call__(self, choice: PackChoice, hash_seed: int, note: Note) -> OrderSource:
        placement, machines = self.placement, self.placement.machines
        order = replace(self.order, choice=choice)
        if choice not in self.known:
            listing = replace(order, kind=OrderKind.LISTING, number=next(placement.numbers))
            listed = ask(machines, listing, note)
            assert isinstance(listed, CasesListed)
            self.known[choice] = listed
        parts = count_parts(machines.places, placement.at_once)
        records = replace(order, kind=OrderKind.RECORDS, hash_seed=hash_seed)
        return OrderSource(machines, records, self.known[choice], parts, placement.numbers, note)
