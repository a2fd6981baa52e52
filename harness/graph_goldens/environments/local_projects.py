"""Projects on this disk that packs require: installed editable, and built again when they must be."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.requirements import Requirement

# What an installed editable package does not follow by itself: its metadata, and what is compiled.
_BUILT = ("pyproject.toml", "setup.py", "setup.cfg", "CMakeLists.txt", "meson.build", "Cargo.toml")
_COMPILED = (".c", ".cc", ".cpp", ".cxx", ".cu", ".cuh", ".h", ".hpp", ".pyx", ".pxd", ".rs")
_SKIPPED = {"__pycache__", "node_modules", "build", "dist"}


def find_local_folder(requirement: str) -> Path | None:
    """Find the folder that a requirement names, `name @ file:///folder`; None where it names none."""
    url = urlsplit(Requirement(requirement).url or "")
    folder = Path(unquote(url.path))
    return folder if url.scheme == "file" and folder.is_dir() else None


def list_install_arguments(requirement: str) -> list[str]:
    """List uv's arguments that install a requirement; a folder's package follows the files of the folder."""
    folder = find_local_folder(requirement)
    if folder is None:
        return [requirement]
    extras = ",".join(sorted(Requirement(requirement).extras))
    return ["--editable", f"{folder}[{extras}]" if extras else str(folder)]


def digest_build_inputs(folder: Path) -> str:
    """Digest the files of a project that its installation depends on; Python's own are read as they are."""
    digest = hashlib.sha256()
    for file in sorted(_list_build_inputs(folder)):
        digest.update(
            os.fsencode(file.relative_to(folder)) + b"\0" + hashlib.sha256(file.read_bytes()).digest()
        )
    return digest.hexdigest()


def _list_build_inputs(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED and not name.startswith(".")]
        top = Path(place) == folder
        yield from (
            Path(place, name) for name in names if name.endswith(_COMPILED) or (top and name in _BUILT)
        )
