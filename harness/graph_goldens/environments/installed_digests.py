"""What is installed in an environment, known from names, sizes and times of files: no process is started.

A capture depends on more of an environment than PyTorch's version: a build is compiled again, one of its
files is edited in place, a package beside it is replaced. The size and time of a file show that.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from graph_goldens.environments.environment import Environment
from graph_goldens.files import explain_os_error
from graph_goldens.json_reading import read_json_as

_CODE = (".py", ".so", ".dylib", ".pth")
_PACKAGE = (".dist-info", ".egg-info", ".egg-link", ".pth")
_SKIPPED = {"__pycache__", "node_modules", "include", "build"}  # nothing of these is imported
_DIGEST_LENGTH = 16


def digest_torch(environment: Environment) -> str:
    """Digest names, sizes and times of the files of PyTorch that are imported; about 2,500 files.

    Raises:
        ToolError: they cannot be read.
    """
    with explain_os_error("read the files of PyTorch"):
        return _digest_marks(_mark_below(environment.torch_root))


def digest_packages(environment: Environment) -> str:
    """Digest which packages are installed beside PyTorch, and the sources of the editable ones.

    Raises:
        ToolError: they cannot be read.
    """
    with explain_os_error("read the packages of an environment"):
        installed = [
            entry for folder in _find_package_folders(environment) for entry in _find_packages(folder)
        ]
        sources = [mark for entry in installed for mark in _mark_editable(entry)]
        return _digest_marks(
            [*map(_mark_file, installed), *map(_mark_file, _find_records(installed)), *sources]
        )


def _find_package_folders(environment: Environment) -> list[Path]:
    version = ".".join(environment.python_version.split(".")[:2])
    own = environment.python.parent.parent / "lib" / f"python{version}"
    folders = (environment.torch_root.parent, own / "site-packages", own / "dist-packages")
    return sorted({folder.resolve() for folder in folders if folder.is_dir()})


def _find_packages(folder: Path) -> Iterator[Path]:
    return (entry for entry in folder.iterdir() if entry.name.endswith(_PACKAGE))


def _find_records(installed: Iterable[Path]) -> Iterator[Path]:
    """Find the lists of installed files, which an installer rewrites even for the same version."""
    return (file for entry in installed if (file := entry / "RECORD").is_file())


@dataclass(frozen=True)
class _DirInfo:
    """How a package was installed from a folder."""

    editable: bool = False


@dataclass(frozen=True)
class _Origin:
    """Where a package was installed from, for one that came from a folder."""

    url: str
    dir_info: _DirInfo


def _mark_editable(entry: Path) -> Iterator[str]:
    """Mark each source of a package that is installed as editable (PEP 610)."""
    try:
        origin = read_json_as((entry / "direct_url.json").read_bytes(), _Origin)
        if not origin.dir_info.editable:
            return
        folder = Path(unquote(urlsplit(origin.url).path))
    except (OSError, ValueError):  # most packages are not editable
        return
    if folder.is_dir():
        yield from _mark_below(folder)


def _mark_below(folder: Path) -> Iterator[str]:
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _SKIPPED and not entry.name.startswith("."):
                        waiting.append(entry.path)
                elif entry.name.endswith(_CODE):
                    yield _mark_file(entry)


def _mark_file(file: os.DirEntry[str] | Path) -> str:
    try:
        status = file.stat()
    except FileNotFoundError:  # a broken link, or a file that was just removed
        return os.fspath(file)
    return f"{os.fspath(file)}\0{status.st_mtime_ns}\0{status.st_size}"


def _digest_marks(marks: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(marks)).encode("utf-8", "surrogateescape")).hexdigest()[
        :_DIGEST_LENGTH
    ]
