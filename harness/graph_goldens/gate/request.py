"""What a person asked for, and the environment that is opened for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graph_goldens.environments.builds import Build
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.environment_removal import use_environment
from graph_goldens.environments.interpreters import open_interpreter
from graph_goldens.gate.capture import Capturing, Watcher
from graph_goldens.gate.project import Project
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
    """

    project: Project
    build: Build | str
    selection: Selection = EVERYTHING
    because: str = ""
    reuse: bool = False
    explain: bool = False
    part: Part | None = None
    replay: bool = False

    @property
    def name(self) -> str:
        """What the environment is called."""
        return self.build if isinstance(self.build, str) else self.build.name


@contextmanager
def hold_environment(request: Request, watcher: Watcher) -> Iterator[Capturing]:
    """Open the environment that is asked for, and keep others from removing it while it is used."""
    environment = _open_for(request, watcher)
    with use_environment(environment, request.project.working):
        yield Capturing(request.project, environment, watcher, request.reuse, request.explain, request.part)


def _open_for(request: Request, watcher: Watcher) -> Environment:
    if isinstance(request.build, str):
        return open_interpreter(request.build, request.project.working)
    return open_environment(request.build, request.project.working, watcher.note)
