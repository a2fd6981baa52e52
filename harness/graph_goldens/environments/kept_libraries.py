"""Libraries that were compiled before, each with the list of what its compiler read."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.errors import ToolError
from graph_goldens.file_marks import Disk, digest_marks
from graph_goldens.files import read_whole, write_whole
from graph_goldens.json_reading import JsonError, read_json_as

_DIGEST_LENGTH = 16


@dataclass(frozen=True)
class ReadList:
    """What stands beside a library.

    Attributes:
        checksum: of the library, which proves it whole.
        reads: marks of what its compiler read, by file, named from the pack's folder.
    """

    checksum: str
    reads: Mapping[str, str]


@dataclass(frozen=True)
class KeptLibraries:
    """The libraries of one pack and one build, one for each state of the files that the compiler read.

    Attributes:
        folder: where they lie.
        pack: the pack's folder.
        build: what they depend on but the files that the compiler read, and the names of the sources.
    """

    folder: Path
    pack: Path
    build: tuple[str, ...]

    def find(self) -> Path | None:
        """Find a library that is whole and for which the compiler would read the same again."""
        disk = Disk()
        for file in sorted(self.folder.glob(f"{self._stem}-*.json")):
            library = file.with_suffix(".so")
            said = _read_list(file)
            if said and self._holds(said, disk) and said.checksum == _compute_checksum(library):
                return library
        return None

    def keep(self, draft: Path, reads: Mapping[str, str]) -> Path:
        """Keep a library that was just compiled, then the list that proves it whole; return its place.

        Raises:
            OSError: the file system reports an error.
            ToolError: the list cannot be written.
        """
        path = self.folder / f"{self._stem}-{digest_marks(reads)[:_DIGEST_LENGTH]}.so"
        said = {"checksum": _compute_checksum(draft), "reads": dict(sorted(reads.items()))}
        draft.replace(path)
        write_whole(path.with_suffix(".json"), json.dumps(said, indent=0).encode())
        return path

    def place(self, draft: Path) -> Path:
        """Place a library that is for this command alone, since what it was made from is not known."""
        path = self.folder / f"{self._stem}-{draft.parent.name.strip('.')}.so"
        draft.replace(path)
        return path

    @property
    def _stem(self) -> str:
        text = "\0".join(self.build).encode("utf-8", "surrogateescape")
        return f"{self.pack.name}-{hashlib.sha256(text).hexdigest()[:_DIGEST_LENGTH]}"

    def _holds(self, said: ReadList, disk: Disk) -> bool:
        return disk.find_changed({str(self.pack / file): mark for file, mark in said.reads.items()}) is None


def _read_list(file: Path) -> ReadList | None:
    try:
        return read_json_as(read_whole(file), ReadList)
    except (JsonError, ToolError):
        return None


def _compute_checksum(path: Path) -> str:
    """Compute the checksum of a library; empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
