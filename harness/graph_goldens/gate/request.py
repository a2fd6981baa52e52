"""What a person asked for, and the environment that is opened for it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from graph_goldens.cases.packs import list_packs
from graph_goldens.environments.builds import (
    Build,
    Indexes,
    choose_python,
    describe_release,
    is_python_version,
)
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.environment_removal import use_environment
from graph_goldens.environments.interpreters import open_interpreter
from graph_goldens.environments.requirements import LayerMaker, UnmetRequirementsError
from graph_goldens.errors import UserError
from graph_goldens.gate.capture import Capturing, Watcher
from graph_goldens.gate.left_out_packs import explain_nothing_meant, find_left_out_packs, leave_packs_out
from graph_goldens.gate.pack_workers import OpenGroup
from graph_goldens.gate.project import Project
from graph_goldens.gate.project_needs import PackGroup, group_packs
from graph_goldens.runs.selection import EVERYTHING, Selection
from graph_goldens.runs.shard import Part


@dataclass(frozen=True)
class Request:
    """What a person asked for.

    Attributes:
        project: the project.
        build: what the environment is to hold, or the path of an interpreter that has a PyTorch.
        selection: the cases and tracing paths.
        because: the reason to write into accepted goldens.
        reuse: whether earlier captures are reused where nothing that they depend on has changed.
        explain: whether to say why each capture is made.
        part: the part of what is selected that is captured; all of it where None.
        replay: whether a check runs the graphs of drifts, which is evidence beside them.
        indexes: where what packs need is looked for, if not where PyTorch is.
    """

    project: Project
    build: Build | str
    selection: Selection = EVERYTHING
    because: str = ""
    reuse: bool = False
    explain: bool = False
    part: Part | None = None
    replay: bool = False
    indexes: Indexes | None = None

    @property
    def name(self) -> str:
        """What the environment is called."""
        return self.build if isinstance(self.build, str) else self.build.name


def choose_build(project: Project, torch: str = "", python: str = "") -> Build | str:
    """Choose the build of one environment: what was given, else what the settings say.

    Args:
        project: the project.
        torch: the PyTorch version; the project's default if empty.
        python: an interpreter that has a PyTorch.
    """
    own = project.needs.own.python
    if python or (own and not torch and not is_python_version(own)):
        return python or own
    return describe_release(torch or str(project.default), python=own)


@contextmanager
def hold_environment(request: Request, watcher: Watcher) -> Iterator[Capturing]:
    """Open the environments that are asked for, and keep others from removing them while they are used.

    Packs that need the same share one; requirements that cannot be met cost the packs that have them.
    """
    with ExitStack() as held:
        groups = [_open_group(request, group, watcher, held) for group in _list_groups(request)]
        chosen = _leave_out(request, groups, watcher)
        yield Capturing(request.project, chosen, watcher, request.reuse, request.explain, request.part)


def _leave_out(request: Request, groups: list[OpenGroup], watcher: Watcher) -> Sequence[OpenGroup]:
    """Leave out the packs that are not for this PyTorch, and say which."""
    project, torch = request.project, groups[0].environment.torch
    left_out = find_left_out_packs(project, torch)
    if not left_out:
        return groups
    if why := explain_nothing_meant(project, request.selection, torch, left_out):
        raise UserError(why)
    said = ", ".join(f"{pack} ({meant})" for pack, meant in left_out.items())
    watcher.note(f"left out, since they are not for PyTorch {torch}: {said}")
    return leave_packs_out(project, groups, left_out)


def _list_groups(request: Request) -> list[PackGroup]:
    project = request.project
    needs = project.needs.without_packages() if isinstance(request.build, str) else project.needs
    packs = list_packs(project.cases) if needs.packs else []
    return group_packs(needs, packs, project.package)


def _open_group(request: Request, group: PackGroup, watcher: Watcher, held: ExitStack) -> OpenGroup:
    working, needs = request.project.working, group.needs
    if isinstance(request.build, str):
        environment = open_interpreter(request.build, working)
        held.enter_context(use_environment(environment, working))
        return OpenGroup(group.choice, replace(environment, needs=needs))
    build = choose_python(request.build, needs.python)
    base = open_environment(build, working, watcher.note)
    held.enter_context(use_environment(base, working))
    try:
        indexes = request.indexes or build.indexes
        layered = LayerMaker(base, build.name, working, watcher.note, indexes).open(needs.requires)
    except UnmetRequirementsError as error:
        return OpenGroup(group.choice, replace(base, needs=needs), unmet=str(error))
    held.enter_context(use_environment(layered.environment, working))
    return OpenGroup(group.choice, replace(layered.environment, needs=needs), layered.layer.packages)
