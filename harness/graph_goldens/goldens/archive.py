"""Goldens in an archive that may be a stranger's: read member by member, as data, into an empty folder."""

import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from graph_goldens.errors import UserError
from graph_goldens.files import explain_read_errors
from graph_goldens.goldens.known_folder import FOLDER as KNOWN
from graph_goldens.goldens.overlays import SUFFIX
from graph_goldens.goldens.store import LARGEST
from graph_goldens.keys import make_golden_key
from graph_goldens.versions import read_overlay_version

FOLDER = "snapshots"
LARGEST_ARCHIVE = 1 << 30
MOST_MEMBERS = 200_000
LONGEST_NAME = 1_000

_DECISION = re.compile(r"[0-9a-z-]+\.toml")
_ENDINGS = (".tar.gz", ".tgz")
_CHUNK = 1 << 20


def is_archive(place: Path) -> bool:
    """Whether a place is meant as an archive of goldens and not as a folder."""
    return place.name.endswith(_ENDINGS) and not place.is_dir()


@contextmanager
def unpack_goldens(archive: Path) -> Iterator[Path]:
    """Unpack the goldens of a gzipped tar archive into a new folder that lasts as long as the block.

    Overlays may lie at its top or in a folder `snapshots`. Only regular files are written that lie where a
    golden or a decision about known drift may lie; others are passed over. Their texts are read later, as
    those of goldens and decisions are.

    Args:
        archive: made by `tar -cz`; its content is not trusted.

    Yields:
        The folder of goldens.

    Raises:
        UserError: it is no such archive, it is larger than allowed, or a member is a link, a device, too
            large, or named as nothing below its own folder may be.
        ToolError: the file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="goldens-") as name:
        folder = Path(name) / FOLDER
        folder.mkdir()
        with tempfile.TemporaryFile() as plain:
            _inflate(archive, plain)
            _write_members(archive, plain, folder)
        yield folder


def _inflate(archive: Path, plain: IO[bytes]) -> None:
    """Decompress first, up to a limit, so that no header of the archive can ask for more memory than that."""
    inflating = zlib.decompressobj(wbits=31)
    size = 0
    try:
        with explain_read_errors(archive), archive.open("rb") as packed:
            while chunk := inflating.unconsumed_tail or packed.read(_CHUNK):
                data = inflating.decompress(chunk, _CHUNK)
                size += len(data)
                if size > LARGEST_ARCHIVE:
                    raise UserError(
                        f"{archive} holds more than {LARGEST_ARCHIVE >> 20} MiB, the most an archive may have"
                    )
                plain.write(data)
    except zlib.error as error:
        raise UserError(f"{archive} is not a gzipped archive: {error}; make one with `tar -cz`") from None
    if not inflating.eof:
        raise UserError(f"{archive} is cut short; make it again with `tar -cz`")
    plain.seek(0)


def _write_members(archive: Path, plain: IO[bytes], folder: Path) -> None:
    try:
        with tarfile.open(fileobj=plain, mode="r:") as members:
            for number, member in enumerate(members):
                if number >= MOST_MEMBERS:
                    raise UserError(
                        f"{archive} has more than {MOST_MEMBERS:,} members, the most an archive may have"
                    )
                _write_member(archive, members, member, folder)
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise UserError(f"{archive} is not an archive of goldens: {error}; make one with `tar -cz`") from None


def _write_member(archive: Path, members: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    place = _find_place(archive, member)
    content = members.extractfile(member) if place else None
    if place is None or content is None:
        return
    file = folder / place
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as stream:
            stream.write(content.read())
    except (FileExistsError, NotADirectoryError):
        raise UserError(f"{archive} holds {member.name!a} twice, or as a file and as a folder") from None


def _find_place(archive: Path, member: tarfile.TarInfo) -> PurePosixPath | None:
    """Find where a member's golden or decision lies; None where it is a folder or neither by its place."""
    shown = ascii(member.name[:LONGEST_NAME])
    if not (member.isfile() or member.isdir()):
        raise UserError(
            f"{archive} holds {shown}, which is a link or a device; only files and folders are read"
        )
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or len(member.name) > LONGEST_NAME:
        raise UserError(f"{archive} holds {shown}, which is not the name of a file below its folder")
    if member.size > LARGEST:
        raise UserError(f"{archive} holds {shown} of {member.size >> 20} MiB, more than a golden may have")
    parts = path.parts[1:] if path.parts[:1] == (FOLDER,) else path.parts
    if member.isfile() and len(parts) == 2 and parts[0] == KNOWN and _DECISION.fullmatch(parts[1]):
        return PurePosixPath(*parts)
    if member.isdir() or len(parts) < 3 or path.suffix != SUFFIX or not read_overlay_version(parts[0]):
        return None
    make_golden_key("/".join(parts[1:-1]), path.stem)
    return PurePosixPath(*parts)
