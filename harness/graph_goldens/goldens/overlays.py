"""Where goldens lie: a folder for each version at which some began to hold, a file for each case and path."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.files import explain_read_errors
from graph_goldens.keys import Key, make_golden_key
from graph_goldens.versions import name_overlay, read_overlay_version

SUFFIX = ".md"

_LEAST_PARTS = 3  # a pack, a case and the file


@dataclass(frozen=True)
class StoredGolden:
    """A golden's file: its overlay's version, its case, its tracing path, and where it lies."""

    version: Version
    case: str
    path: str
    file: Path

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
    return tuple(version for version, folder in folders if next(_list_files(folder), None))


def list_golden_overlays(root: Path, key: Key) -> tuple[Version, ...]:
    """List the versions whose overlays hold the golden of a case and path, oldest first."""
    with explain_read_errors(root):
        return tuple(each for each in list_overlay_folders(root) if locate_golden(root, each, key).is_file())


def list_stored(root: Path) -> Iterator[StoredGolden]:
    """List every golden's file, oldest overlay first, without reading any."""
    for version, folder in list_overlay_folders(root).items():
        for file in sorted(_list_files(folder)):
            case = file.parent.relative_to(folder).as_posix()
            yield StoredGolden(version, case, file.name.removesuffix(SUFFIX), file)


def list_case_goldens(root: Path, case: str) -> Iterator[StoredGolden]:
    """List the files of the goldens of a case, and of cases in packs of its name, oldest overlay first.

    Raises:
        UserError: the name cannot name a case.
    """
    make_golden_key(case, "any")
    for version, folder in list_overlay_folders(root).items():
        for file in sorted(_list_files(folder, case)):
            found = file.parent.relative_to(folder).as_posix()
            yield StoredGolden(version, found, file.name.removesuffix(SUFFIX), file)


def list_other_files(root: Path) -> Iterator[Path]:
    """List the files in overlays that are no golden by their place; hidden ones are drafts of other tools."""
    for folder in list_overlay_folders(root).values():
        known = set(_list_files(folder))
        files = (Path(place) for place in _walk(folder))
        yield from sorted(file for file in files if file not in known and not file.name.startswith("."))


def _list_files(folder: Path, below: str = "") -> Iterator[Path]:
    """List the files below an overlay, or below a folder of it, that are goldens by their place."""
    depth = len(folder.parts)
    for place in _walk(folder / below):
        file = Path(place)
        if (
            file.suffix == SUFFIX
            and not file.name.startswith(".")
            and len(file.parts) - depth >= _LEAST_PARTS
        ):
            yield file


def _walk(folder: Path | str) -> Iterator[str]:
    """Yield the files below a folder.

    Raises:
        UserError: a link lies there.
    """
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise UserError(_refuse_link(entry.path))
            if entry.is_dir():
                yield from _walk(entry.path)
            elif entry.is_file():
                yield entry.path
