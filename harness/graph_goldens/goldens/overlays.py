"""Where goldens lie: a folder for each version at which some began to hold, a file for each case and path."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.files import explain_read_errors
from graph_goldens.keys import Key, make_golden_key
from graph_goldens.versions import name_overlay, read_overlay_version

SUFFIX = ".md"

_LEAST_PARTS = 3  # a pack, a case and the file


@dataclass(frozen=True)
class StoredGolden:
    """A golden's file.

    Attributes:
        version: its overlay's version.
        case: the case's full name.
        path: the tracing path's name.
        place: where the file lies; most of many thousand that are listed are never opened.
    """

    version: Version
    case: str
    path: str
    place: str

    @cached_property
    def file(self) -> Path:
        """The file."""
        return Path(self.place)

    @property
    def key(self) -> Key:
        """The case's and the tracing path's names."""
        return Key(self.case, self.path)


def locate_golden(root: Path, version: Version, key: Key) -> Path:
    """Build the path of the golden of a case and tracing path in the overlay of a version.

    Raises:
        UserError: it leads through a link, so it may lie anywhere.
    """
    file = root / name_overlay(version) / key.case / f"{key.path}{SUFFIX}"
    for part in (file, *file.parents[: len(file.parts) - len(root.parts) - 1]):
        if part.is_symlink():
            raise UserError(_refuse_link(part))
    return file


def _refuse_link(place: Path | str) -> str:
    return (
        f"{place} is a link, and goldens lie in folders and files of their own; "
        "put what it leads to in its place"
    )


def list_overlay_folders(root: Path) -> dict[Version, Path]:
    """List the folders that have an overlay's name, oldest version first."""
    with explain_read_errors(root):
        entries = list(root.iterdir()) if root.is_dir() else []
    versions = {read_overlay_version(entry.name): entry for entry in entries if entry.is_dir()}
    for version, entry in versions.items():
        if version and entry.is_symlink():
            raise UserError(_refuse_link(entry))
    return {version: versions[version] for version in sorted(found for found in versions if found)}


def list_overlays(root: Path) -> tuple[Version, ...]:
    """List the versions whose overlays hold a golden; an empty folder, which git does not keep, is none."""
    folders = list_overlay_folders(root).items()
    return tuple(version for version, folder in folders if any(file.is_golden for file in _walk(folder)))


def list_golden_overlays(root: Path, key: Key) -> tuple[Version, ...]:
    """List the versions whose overlays hold the golden of a case and path, oldest first."""
    with explain_read_errors(root):
        return tuple(each for each in list_overlay_folders(root) if locate_golden(root, each, key).is_file())


def list_stored(root: Path) -> Iterator[StoredGolden]:
    """List every golden's file, oldest overlay first, without reading any."""
    for version, folder in list_overlay_folders(root).items():
        yield from _list_overlay(version, folder)


def list_case_goldens(root: Path, case: str) -> Iterator[StoredGolden]:
    """List the files of the goldens of a case, and of cases in packs of its name, oldest overlay first.

    Raises:
        UserError: the name cannot name a case.
    """
    make_golden_key(case, "any")
    for version, folder in list_overlay_folders(root).items():
        yield from _list_overlay(version, folder, case)


def list_other_files(root: Path) -> Iterator[Path]:
    """List the files in overlays that are no golden by their place; hidden ones are drafts of other tools."""
    for folder in list_overlay_folders(root).values():
        others = (file for file in _walk(folder) if not file.is_golden)
        yield from sorted(Path(file.place) for file in others if not file.names[-1].startswith("."))


class _File(NamedTuple):
    """A file below an overlay: the names that lead to it from there, by which files are sorted; its path."""

    names: tuple[str, ...]
    place: str

    @property
    def is_golden(self) -> bool:
        """Whether it is a golden by its place."""
        name = self.names[-1]
        return len(self.names) >= _LEAST_PARTS and name.endswith(SUFFIX) and not name.startswith(".")


def _list_overlay(version: Version, folder: Path, case: str = "") -> Iterator[StoredGolden]:
    """List the goldens of an overlay, or of a case in it and of cases in packs of its name, in order."""
    below = tuple(case.split("/")) if case else ()
    for file in sorted(file for file in _walk(folder / case, below) if file.is_golden):
        *parts, name = file.names
        yield StoredGolden(version, "/".join(parts), name.removesuffix(SUFFIX), file.place)


def _walk(folder: Path | str, names: tuple[str, ...] = ()) -> Iterator[_File]:
    """Yield the files below a folder, to which some names lead.

    Raises:
        UserError: a link lies there.
    """
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise UserError(_refuse_link(entry.path))
            if entry.is_dir():
                yield from _walk(entry.path, (*names, entry.name))
            elif entry.is_file():
                yield _File((*names, entry.name), entry.path)
