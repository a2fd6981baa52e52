"""From options to what the gate is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from graph_goldens.environments.builds import Build, Indexes, describe_release, describe_wheel
from graph_goldens.environments.version_resolution import resolve
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project, find_project, parse_size
from graph_goldens.gate.request import Request
from graph_goldens.runs.run import load_run
from graph_goldens.runs.selection import Selection
from graph_goldens.runs.shard import Part, parse_part


def open_project(
    cases: Path | None,
    snapshots: Path | None,
    jobs: int | None = None,
    timeout: float | None = None,
    memory: str = "",
) -> Project:
    """Find the project of the current folder, with what options change about it."""
    project = find_project(Path.cwd(), cases, snapshots)
    return replace(
        project,
        jobs=jobs or project.jobs,
        timeout=timeout or project.timeout,
        memory=parse_size(memory) if memory else project.memory,
    )


@dataclass(frozen=True)
class Where:
    """The environments that options name.

    Attributes:
        torch: versions, `latest`, `nightly`, `all`.
        python: interpreters.
        wheel: wheel files.
        index_url: index to look for PyTorch in.
        find_links: further folders or pages of wheels.
    """

    torch: Sequence[str] = ()
    python: Sequence[str] = ()
    wheel: Sequence[Path] = ()
    index_url: str = ""
    find_links: Sequence[str] = ()

    def list_builds(self, project: Project, tell: Callable[[str], None]) -> list[Build | str]:
        """List the builds that are named, in order; the project's default where none is."""
        indexes = Indexes(default=self.index_url, find_links=tuple(self.find_links))
        nothing = not (self.torch or self.python or self.wheel)
        asked = [str(project.default)] if nothing else self._list_versions(project)
        found: list[Build | str] = []
        for each in asked:
            resolution = resolve(each, indexes)
            if each != str(resolution.version):
                tell(str(resolution))
            found.append(resolution.build)
        return [*found, *(describe_wheel(file, indexes) for file in self.wheel), *self.python]

    def _list_versions(self, project: Project) -> list[str]:
        every = [str(version) for version in project.supported]
        if "all" in self.torch and not every:
            raise UserError("[tool.goldens] in pyproject.toml lists no `supported` versions")
        named = [version for each in self.torch for version in (every if each == "all" else [each])]
        return list(dict.fromkeys(named))


@dataclass(frozen=True)
class How:
    """How what is asked for is captured.

    Attributes:
        cache: whether earlier captures are reused where nothing that they depend on has changed.
        explain: whether to say why each capture is made.
        part: the part that is captured; all where None.
    """

    cache: bool = True
    explain: bool = False
    part: Part | None = None


def make_requests(
    project: Project,
    where: Where,
    selection: Selection,
    because: str,
    how: How,
    tell: Callable[[str], None],
) -> list[Request]:
    """Say what is asked for in each environment."""
    return [
        Request(project, build, selection, because, how.cache, how.explain, how.part)
        for build in where.list_builds(project, tell)
    ]


def make_part(shard: str, durations: Path | None) -> Part | None:
    """Say which part is asked for; None where all is.

    Raises:
        UserError: the text is not a part, or the file of times is not a run.
    """
    if not shard:
        if durations:
            raise UserError("--durations says how to split a check; give --shard K/N with it")
        return None
    captures = load_run(durations).captures if durations else {}
    return parse_part(shard, {key: capture.seconds for key, capture in captures.items()})


def make_request(
    project: Project,
    torch: str,
    selectors: Sequence[str] | None,
    paths: Sequence[str] | None,
    because: str = "",
) -> Request:
    """Say what is asked for."""
    build = describe_release(torch or str(project.default))
    return Request(project, build, Selection(tuple(selectors or ()), tuple(paths or ())), because)


def make_output() -> Console:
    """Make the console for what was asked for."""
    return Console(highlight=False)


def make_progress_output() -> Console:
    """Make the console for progress."""
    return Console(stderr=True, highlight=False)
