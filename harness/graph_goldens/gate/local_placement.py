"""This machine as the place of captures: its environments, and a worker for each group of packs."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from graph_goldens.cases.packs import PackChoice, list_packs
from graph_goldens.environments.builds import Build, choose_python
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.environment_removal import use_environment
from graph_goldens.environments.interpreters import open_interpreter
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.limits import DEFAULT_SECONDS
from graph_goldens.environments.requirements import LayerMaker, UnmetRequirementsError
from graph_goldens.environments.worker_client import Worker, start_worker
from graph_goldens.gate.pack_workers import OpenGroup
from graph_goldens.gate.placement import Note, WantedBuild
from graph_goldens.gate.project import Project
from graph_goldens.gate.project_needs import PackGroup, group_packs


@dataclass(frozen=True)
class LocalPlacement:
    """This machine.

    Attributes:
        at_once: one, since the captures of one environment keep all cores busy.
        here: whether what captures read lies on this machine, which it does.
    """

    at_once: int = 1
    here: bool = True

    @contextmanager
    def hold_groups(self, project: Project, wanted: WantedBuild, note: Note) -> Iterator[Sequence[OpenGroup]]:
        """Open the environments of all packs, and keep others from removing them while they are used."""
        with ExitStack() as held:
            groups = list_groups(project, wanted.build)
            yield tuple(open_group(project, wanted, group, note, held) for group in groups)


HERE = LocalPlacement()


def list_groups(project: Project, build: Build | str) -> list[PackGroup]:
    """Group a project's packs by what they need; an interpreter that exists gets nothing installed."""
    needs = project.needs.without_packages() if isinstance(build, str) else project.needs
    packs = list_packs(project.cases) if needs.packs else []
    return group_packs(needs, packs, project.package)


def open_group(
    project: Project, wanted: WantedBuild, group: PackGroup, note: Note, held: ExitStack
) -> OpenGroup:
    """Open the environment of packs that need the same.

    Args:
        project: the project.
        wanted: what the environment is to hold.
        group: the packs, and what they need.
        note: hears in short lines what takes time.
        held: closes what keeps others from removing the environment.

    Raises:
        UserError: there is no such interpreter, or it has no torch.
        ToolError: the environment cannot be made.
    """
    working, needs = project.working, group.needs

    def open_here(environment: Environment, packages: tuple[str, ...] = (), unmet: str = "") -> OpenGroup:
        held.enter_context(use_environment(environment, working))
        known = replace(environment, needs=needs)
        return OpenGroup(group.choice, known, _WorkerOpener(project, known), packages, unmet)

    if isinstance(wanted.build, str):
        return open_here(open_interpreter(wanted.build, working))
    chosen = choose_python(wanted.build, needs.python)
    base = open_environment(chosen, working, note)
    held.enter_context(use_environment(base, working))
    try:
        indexes = wanted.indexes or chosen.indexes
        layered = LayerMaker(base, chosen.name, working, note, indexes).open(needs.requires)
    except UnmetRequirementsError as error:
        return open_here(base, unmet=str(error))
    return open_here(layered.environment, layered.layer.packages)


@dataclass(frozen=True)
class _WorkerOpener:
    """Starts a worker in an environment."""

    project: Project
    environment: Environment

    def __call__(self, choice: PackChoice, hash_seed: int, note: Note) -> Worker:
        project, environment = self.project, self.environment
        libraries = start_libraries(project.cases, environment, project.working, choice)
        if libraries:
            note("compiling the packs' C++ libraries, where they are not cached")
        note(f"starting a worker in {environment.name}")
        return start_worker(
            environment,
            project.cases,
            project.working,
            jobs=project.jobs,
            hash_seed=hash_seed,
            libraries=libraries,
            seconds=min(DEFAULT_SECONDS, project.timeout),
            choice=choice,
            own=project.own,
        )
