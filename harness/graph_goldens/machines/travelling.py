"""What travels to other machines: a project without what it has made, and the tool itself, in one archive.

Two archives of the same files are the same bytes, so that machines recognise what they have.
"""

import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import graph_goldens
from graph_goldens.cases.case_folders import list_folders
from graph_goldens.errors import UserError
from graph_goldens.files import explain_os_error
from graph_goldens.gate.project import Project
from graph_goldens.words import join_some

PROJECT, TOOL = "project", "graph_goldens"
"""The two folders of the archive."""

_LEFT_OUT = {"__pycache__", ".git", ".hg", ".svn", ".jj", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"  # each has this file (PEP 405)
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the first time that an archive can hold
_SHOWN = 1 << 20


def write_archive(project: Project, archive: Path, most: int) -> int:
    """Write what travels as a zip archive, and return its size in bytes.

    Args:
        project: the project; its working folder, its goldens, version control and virtual environments stay.
        archive: the file to write.
        most: bytes that it may have.

    Raises:
        UserError: something that captures need lies outside the project's folder, or it is too large.
        ToolError: a file cannot be read, or the archive cannot be written.
    """
    demand_inside(project)
    tool = Path(graph_goldens.__file__).parent
    with (
        explain_os_error("pack the project for other machines"),
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written,
    ):
        for folder, name, left_out in (
            (project.root, PROJECT, (project.working, project.snapshots)),
            (tool, TOOL, ()),
        ):
            for file in list_files(folder, left_out):
                _add_file(written, file, f"{name}/{file.relative_to(folder).as_posix()}")
                if written.start_dir > most:
                    raise UserError(_word_size(project, most))
    return archive.stat().st_size


def demand_inside(project: Project) -> None:
    """Refuse a project of which something lies where it does not travel.

    Raises:
        UserError: a folder of the settings lies outside the project's.
    """
    named = {"cases": list_folders(project.cases), "import-from": project.own.folders}
    for setting, folders in named.items():
        for folder in folders:
            if not folder.is_relative_to(project.root):
                raise UserError(
                    f"`{setting}` names {folder}, which lies outside the project {project.root} and does not "
                    "travel to other machines; move it below the project, or check here, without --on"
                )


def list_files(folder: Path, left_out: Iterable[Path]) -> Iterator[Path]:
    """List the files below a folder in a fixed order, also behind links, without what tools made there."""
    apart, seen = {path.resolve() for path in left_out}, set[str]()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen or Path(real) in apart or _VIRTUAL_ENVIRONMENT in names:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        yield from (file for name in sorted(names) if (file := Path(place, name)).is_file())


def _add_file(archive: zipfile.ZipFile, file: Path, name: str) -> None:
    """Add a file without its times, which differ from checkout to checkout."""
    info = zipfile.ZipInfo(name, _OLDEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (file.stat().st_mode & 0o777) << 16
    archive.writestr(info, file.read_bytes())


def _word_size(project: Project, most: int) -> str:
    sizes: dict[str, int] = {}
    for file in list_files(project.root, (project.working, project.snapshots)):
        top = file.relative_to(project.root).parts[0]
        sizes[top] = sizes.get(top, 0) + file.stat().st_size
    largest = sorted(sizes, key=lambda top: (-sizes[top], top))
    shown = join_some([f"{top} ({sizes[top] / _SHOWN:,.1f} MiB)" for top in largest])
    total = sum(sizes.values()) / _SHOWN
    return (
        f"{project.root} is {total:,.1f} MiB without its goldens, and other machines are sent "
        f"{most / _SHOWN:,.0f} MiB, packed, at most; the largest: {shown}; keep elsewhere what no case reads"
    )
