"""What a person asked for, and the environment that is opened for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from graph_goldens.environments.builds import Build, Indexes, describe_release, is_python_version
from graph_goldens.errors import UserError
from graph_goldens.gate.capture import Capturing
from graph_goldens.gate.left_out_packs import explain_nothing_meant, find_left_out_packs, leave_packs_out
from graph_goldens.gate.local_placement import HERE
from graph_goldens.gate.pack_workers import OpenGroup
from graph_goldens.gate.placement import Placement, WantedBuild
from graph_goldens.gate.project import Project
from graph_goldens.gate.watcher import Watcher
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
        placement: where captures are made.
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
    placement: Placement = HERE

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
    build = WantedBuild(request.build, request.indexes)
    with request.placement.hold_groups(request.project, build, watcher.note) as groups:
        kept = _leave_out(request, groups, watcher)
        yield Capturing(
            request.project,
            kept,
            watcher,
            request.reuse,
            request.explain,
            request.part,
            here=request.placement.here,
        )


def _leave_out(request: Request, groups: Sequence[OpenGroup], watcher: Watcher) -> Sequence[OpenGroup]:
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
