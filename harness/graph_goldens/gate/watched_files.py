"""The files that decide what a check captures: what `goldens check --watch` looks at, again and again.

They are looked at one by one and not by events of the file system. They are a few hundred, wherever they lie,
beside a working folder of gigabytes that no recursive watch could stand; what is saved while a check runs is
found as well, since they were looked at before it; and shared folders and containers tell of no events.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.cases.case_folders import list_folders
from graph_goldens.file_marks import mark_names, mark_stat
from graph_goldens.files import list_visible_files
from graph_goldens.gate.capture_reuse import Cache
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request, hold_environment

PAUSE = 0.3
"""Seconds between two looks. A file counts once two looks agree: an editor may write in several steps."""


@dataclass(frozen=True)
class WatchedFiles:
    """What is looked at.

    Attributes:
        files: files, of which some may not be there.
        folders: folders, of which only the names count that they list.
    """

    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()

    def look(self) -> dict[str, str]:
        """Look at all of them: a mark for each."""
        return {path: mark_stat(path) for path in self.files - self.folders} | {
            path: mark_names(path) for path in self.folders
        }

    def join(self, other: "WatchedFiles") -> "WatchedFiles":
        """Join two."""
        return WatchedFiles(self.files | other.files, self.folders | other.folders)


def find_project_files(project: Project) -> WatchedFiles:
    """Find what is known before a check: the settings, and all files of the packs."""
    roots = list_folders(project.cases)
    files = [file for root in roots for file in list_visible_files(root)]
    folders = {*roots, *(file.parent for file in files)}
    return WatchedFiles(
        frozenset(map(str, (project.root / "pyproject.toml", *files))), frozenset(map(str, folders))
    )


def find_read_files(requests: Collection[Request]) -> WatchedFiles:
    """Find what captures of some environments have read, as far as they are kept.

    Raises:
        UserError, ToolError: an environment cannot be opened.
    """
    read: set[str] = set()
    for request in requests:
        with hold_environment(request, _Silence()) as capturing:
            for group in capturing.groups:
                cache = Cache(request.project, group.environment, group.choice)
                read |= cache.list_read_files()
    folders = frozenset(path for path in read if Path(path).is_dir())
    return WatchedFiles(frozenset(read) - folders, folders)


def wait_for_change(
    watched: WatchedFiles, seen: Mapping[str, str], sleep: Callable[[float], None] = time.sleep
) -> list[str]:
    """Wait until something is saved, and all of it is; return what, in order."""
    last = seen
    while True:
        sleep(PAUSE)
        now = watched.look()
        if now == last and (changed := sorted(path for path in now if now[path] != seen.get(path))):
            return changed
        last = now


class _Silence:
    """Hears of progress and tells nobody."""

    def note(self, text: str) -> None:
        """Hear what is being done."""

    def begin(self, what: str, total: int) -> None:
        """Hear how many captures are to come."""

    def advance(self, capture: object) -> None:
        """Hear of one more capture."""
