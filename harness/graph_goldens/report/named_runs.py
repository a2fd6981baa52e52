"""Find the runs that a person means: files, and those that earlier commands saved."""

from collections.abc import Sequence
from pathlib import Path

from packaging.version import Version

from graph_goldens.cases.case_folders import locate_file
from graph_goldens.errors import UserError
from graph_goldens.gate.home import find_home
from graph_goldens.gate.meant_versions import read_meant_version
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.runs.run import Run, list_runs, load_run, read_saved_time
from graph_goldens.versions import means_version, parse_version

SUFFIX = ".jsonl"


def names_a_run(project: Project, text: str) -> bool:
    """Whether a word means a run: a file, or a version that no pack is called like."""
    if text.endswith(SUFFIX) or Path(text).is_file():
        return True
    return _is_version(text) and not locate_file(project.cases, text).exists()


def _is_version(text: str) -> bool:
    try:
        parse_version(text)
    except UserError:
        return False
    return True


def find_runs(project: Project, named: Sequence[str]) -> list[Run]:
    """Find the runs that are named, each a file or a version; where none is, the last one that was saved.

    Raises:
        UserError: a run does not exist or cannot be read.
    """
    return [load_run(_find_file(project, text)) for text in named] or [load_run(_find_last(project))]


def _find_last(project: Project) -> Path:
    files = list_runs(find_home(project))
    if not files:
        raise UserError("no run is saved, so there is nothing to report; make one with `goldens check`")
    return _choose_newest(files)


def _find_file(project: Project, text: str) -> Path:
    if text.endswith(SUFFIX) or Path(text).is_file():
        return Path(text)
    version = read_meant_version(text, open_goldens(project))
    files = [file for file in list_runs(find_home(project)) if means_version(version, _read_version(file))]
    if not files:
        raise UserError(
            f"no run of PyTorch {version} is saved; make one with `goldens check --torch {version}`"
        )
    return _choose_newest(files)


def _read_version(file: Path) -> Version:
    return parse_version(file.name.removesuffix(SUFFIX).removeprefix("torch-"))


def _choose_newest(files: Sequence[Path]) -> Path:
    return max(files, key=read_saved_time)
