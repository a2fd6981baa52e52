"""What versions resolve to, for commands that look through many goldens, and the index that is asked."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from packaging.version import Version

from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.home import find_home
from graph_goldens.gate.meant_versions import demand_captured, read_meant_version
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.goldens.golden_index import GoldenIndex, IndexDamageError
from graph_goldens.goldens.overlays import StoredGolden, list_stored
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.keys import Key
from graph_goldens.runs.selection import Selection, select
from graph_goldens.versions import make_public
from graph_goldens.words import join_some

T = TypeVar("T")

ALL = "all"


@dataclass(frozen=True)
class ResolvedGoldens:
    """What some versions resolve to.

    Attributes:
        versions: the versions, oldest first.
        held: for each case and tracing path that is selected what each version resolves to, where it does.
    """

    versions: tuple[Version, ...]
    held: Mapping[Key, Mapping[Version, StoredGolden]]


def read_versions(project: Project, torch: Sequence[str]) -> tuple[Version, ...]:
    """Read the versions that are meant, oldest first; the project's default where none is.

    Args:
        project: the project.
        torch: versions, of which `2.9` means the newest 2.9, or `all` that are supported or have an overlay.

    Raises:
        UserError: one is no version.
    """
    goldens = open_goldens(project)
    if ALL in torch:
        return list_watched_versions(goldens)
    named = [read_meant_version(each, goldens) for each in torch] or [project.default]
    return tuple(sorted(set(map(make_public, named))))


def read_step(project: Project, text: str) -> tuple[Version, Version]:
    """Read a version, and find the one before it that is supported or has an overlay.

    Raises:
        UserError: it is no version, one that nobody captured, or none is before it.
    """
    goldens = open_goldens(project)
    version = make_public(read_meant_version(text, goldens))
    before = [each for each in list_watched_versions(goldens) if each < version]
    if not before:
        raise UserError(f"no version before {version} is known, so nothing can be new in it")
    demand_captured(version, goldens)
    return before[-1], version


def resolve_goldens(project: Project, selection: Selection, versions: Sequence[Version]) -> ResolvedGoldens:
    """Find what versions without local parts resolve to, without reading any golden.

    Raises:
        UserError: there are no goldens, the selection matches none, or none holds for any of the versions.
    """
    files: dict[Key, dict[Version, StoredGolden]] = defaultdict(dict)
    for entry in list_stored(project.snapshots):
        files[entry.key][entry.version] = entry
    if not files:
        raise UserError(f"there are no goldens in {project.snapshots}; write the first with `goldens update`")
    held = {key: _resolve_one(files[key], versions) for key in select(sorted(files), selection)}
    if not any(held.values()):
        first = min(version for key in held for version in files[key])
        raise UserError(
            f"no golden holds for PyTorch {join_some(list(map(str, versions)))}; they begin at {first}"
        )
    return ResolvedGoldens(tuple(versions), held)


def _resolve_one(
    files: Mapping[Version, StoredGolden], versions: Sequence[Version]
) -> dict[Version, StoredGolden]:
    held = sorted(files)
    found = ((version, bisect_right(held, version)) for version in versions)
    return {version: files[held[after - 1]] for version, after in found if after}


def ask_index(project: Project, ask: Callable[[GoldenIndex], T]) -> T:
    """Ask a project's index of goldens, and keep what it learnt; a damaged one is made anew first.

    Raises:
        ToolError: a damaged index cannot be removed.
    """
    file = find_home(project) / "index" / "goldens.sqlite"
    try:
        index = GoldenIndex(file)
        answer = ask(index)
    except IndexDamageError:
        with suppress(OSError):
            file.unlink(missing_ok=True)
        try:
            index = GoldenIndex(file)
            answer = ask(index)
        except IndexDamageError as error:
            raise ToolError(f"{error}; remove the file") from None
    index.save()
    return answer
