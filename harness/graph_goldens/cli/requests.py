"""From options to what the gate is asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from packaging.version import Version

from graph_goldens.cli.capture_options import Reuse, Sharing, Where
from graph_goldens.environments.builds import Build, Indexes, describe_wheel
from graph_goldens.environments.version_resolution import resolve
from graph_goldens.errors import UserError
from graph_goldens.gate.left_out_packs import explain_nothing_meant, find_left_out_packs
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request, choose_build
from graph_goldens.runs.run import load_run
from graph_goldens.runs.selection import EVERYTHING, Selection
from graph_goldens.runs.shard import Part, parse_part
from graph_goldens.versions import parse_version


@dataclass(frozen=True)
class Asked:
    """What is asked for, in whichever environment.

    Attributes:
        project: the project.
        selection: the cases and tracing paths.
        because: the reason to write into accepted goldens.
        reuse: what is made of earlier captures.
        part: the part of a check that is captured; all where None.
    """

    project: Project
    selection: Selection
    because: str = ""
    reuse: Reuse = Reuse()  # noqa: RUF009 (frozen)
    part: Part | None = None


def make_requests(asked: Asked, where: Where, tell: Callable[[str], None]) -> list[Request]:
    """Say what is asked for in each environment."""
    return [
        Request(
            asked.project,
            build,
            asked.selection,
            asked.because,
            reuse=asked.reuse.cache,
            explain=asked.reuse.explain,
            part=asked.part,
        )
        for build in _list_builds(asked, where, tell)
    ]


def _list_builds(asked: Asked, where: Where, tell: Callable[[str], None]) -> list[Build | str]:
    """List the builds that are named, in order; the project's default where none is.

    Of `all` versions those are left out that nothing of what is selected is for.
    """
    project = asked.project
    indexes = Indexes(default=where.index_url, find_links=tuple(where.find_links or ()))
    nothing = not (where.torch or where.python or where.wheel)
    python = project.needs.own.python
    if nothing and isinstance(own := choose_build(project), str):
        return [own]
    named = [str(project.default)] if nothing else _list_versions(asked, where.torch or [], tell)
    found: list[Build | str] = []
    for each in named:
        resolution = resolve(each, indexes, python)
        if each != str(resolution.version):
            tell(str(resolution))
        found.append(resolution.build)
    return [
        *found,
        *(describe_wheel(file, indexes, python) for file in where.wheel or ()),
        *(where.python or ()),
    ]


def _list_versions(asked: Asked, torch: list[str], tell: Callable[[str], None]) -> list[str]:
    every = _list_supported(asked, tell) if "all" in torch else []
    named = [version for each in torch for version in (every if each == "all" else [each])]
    return list(dict.fromkeys(named))


def _list_supported(asked: Asked, tell: Callable[[str], None]) -> list[str]:
    every = [str(version) for version in asked.project.supported]
    if not every:
        raise UserError("[tool.goldens] in pyproject.toml lists no `supported` versions")
    why = {each: _explain_left_out(asked, each) for each in every}
    if all(why.values()):
        raise UserError(why[every[-1]])
    for said in filter(None, why.values()):
        tell(f"left out: {said.partition(';')[0]}")
    return [each for each in every if not why[each]]


def _explain_left_out(asked: Asked, torch: str) -> str:
    left_out = find_left_out_packs(asked.project, torch)
    return explain_nothing_meant(asked.project, asked.selection, torch, left_out)


def list_meant_versions(project: Project, where: Where) -> list[Version]:
    """List the versions that are meant, as far as that is known without asking an index; none means any."""
    if where.python or where.wheel or {"all", "latest", "nightly"} & set(where.torch or ()):
        return []
    return [parse_version(each) for each in where.torch or (str(project.default),)]


def make_part(sharing: Sharing) -> Part | None:
    """Say which part is asked for; None where all is.

    Raises:
        UserError: the text is not a part, or the file of times is not a run.
    """
    if not sharing.shard:
        if sharing.durations:
            raise UserError("--durations says how to split a check; give --shard K/N with it")
        return None
    captures = load_run(sharing.durations).captures if sharing.durations else {}
    return parse_part(sharing.shard, {key: capture.seconds for key, capture in captures.items()})


def make_request(
    project: Project, torch: str, selection: Selection = EVERYTHING, python: str = ""
) -> Request:
    """Say what is asked for in one environment.

    Raises:
        UserError: both a version and an interpreter are given.
    """
    if torch and python:
        raise UserError("--python names an interpreter that has a PyTorch, so leave --torch out")
    return Request(project, choose_build(project, torch, python), selection)
