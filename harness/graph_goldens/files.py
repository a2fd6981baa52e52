"""Files that are read or explained in one sentence, and written whole or not at all."""

import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graph_goldens.errors import ToolError

_ABANDONED_SECONDS = 600.0


@contextmanager
def explain_read_errors(place: Path | str) -> Iterator[None]:
    """Turn the file system's errors on reading into one sentence.

    Raises:
        ToolError: the file system refused an operation.
    """
    try:
        yield
    except OSError as error:
        raise ToolError(f"cannot read {error.filename or place}: {error.strerror or error}") from error


@contextmanager
def explain_os_error(doing: str) -> Iterator[None]:
    """Report a failure of the file system in one sentence, "cannot DOING: …".

    Raises:
        ToolError: the file system refused an operation.
    """
    try:
        yield
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise ToolError(f"cannot {doing}: {error.strerror or error}{place}") from error


def read_whole(file: Path) -> bytes:
    """Read a file.

    Raises:
        ToolError: it cannot be read.
    """
    with explain_read_errors(file):
        return file.read_bytes()


def read_if_there(file: Path) -> bytes | None:
    """Read a file, or return None where there is none.

    Raises:
        ToolError: it is there and cannot be read.
    """
    with explain_read_errors(file), suppress(FileNotFoundError):
        return file.read_bytes()
    return None


def list_visible_files(folder: Path) -> Iterator[Path]:
    """List the files of a folder, also behind links, in order, but for hidden ones and those of bytecode."""
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = sorted(name for name in folders if real not in seen and is_visible(name))
        files = [Path(place) / name for name in sorted(names) if real not in seen and is_visible(name)]
        seen.add(real)
        yield from (file for file in files if file.is_file())


def is_visible(name: str) -> bool:
    """Whether the name of a file or a folder is neither hidden nor that of a folder of bytecode."""
    return not name.startswith(".") and name != "__pycache__"


def write_whole(file: Path, content: bytes | Iterable[bytes], root: Path | None = None) -> None:
    """Write a file whole; where that fails, the file that was there stays.

    Folders are made as needed. The bytes first go to a hidden file beside it that no search for goldens
    finds; one that a killed process left behind is cleared away by a later write of the same file.

    Args:
        file: what to write; it lies below `root`.
        content: its new content, also in parts, of which one at a time is in memory.
        root: the folder below which empty folders are cleared away after a failure, where any are to be.

    Raises:
        ToolError: the file system reports an error.
    """
    try:
        with replace_whole(file) as draft:
            _write_and_sync(draft, [content] if isinstance(content, bytes) else content)
    except BaseException as error:
        if root is not None:
            clear_empty_folders(file.parent, root)
        if isinstance(error, OSError):
            raise ToolError(f"cannot write {file}: {error.strerror or error}; it stands as it was") from error
        raise


@contextmanager
def replace_whole(file: Path) -> Iterator[Path]:
    """Yield where to make what then takes the place of a file, or of a link, in one step.

    Where the block fails, what was made goes and what was there stays.

    Raises:
        OSError: the file system reports an error.
    """
    draft = name_draft(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _clear_drafts(file)
        yield draft
        os.replace(draft, file)  # noqa: PTH105 (tests make each system call fail in turn)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def name_draft(file: Path) -> Path:
    """Make a new name for the hidden file beside another that is to take its place."""
    return file.with_name(f".{file.name}.{uuid.uuid4().hex}.tmp")


def remove_file(file: Path, root: Path) -> None:
    """Remove a file, and the folders below `root` that it leaves empty.

    Raises:
        ToolError: the file system reports an error.
    """
    try:
        os.unlink(file)  # noqa: PTH108 (as above)
    except OSError as error:
        raise ToolError(f"cannot remove {file}: {error.strerror or error}") from error
    clear_empty_folders(file.parent, root)


def clear_empty_folders(folder: Path, root: Path) -> None:
    """Remove a folder and those above it, up to and without `root`, as long as they are empty."""
    with suppress(OSError):
        while folder != root and root in folder.parents:
            with suppress(FileNotFoundError):
                folder.rmdir()
            folder = folder.parent


def _write_and_sync(draft: Path, parts: Iterable[bytes]) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.writelines(parts)
        stream.flush()
        os.fsync(descriptor)


def _clear_drafts(file: Path) -> None:
    """Remove what killed processes left of a file; what was written a moment ago may be being written."""
    prefix, limit = f".{file.name}.", time.time() - _ABANDONED_SECONDS
    for draft in file.parent.iterdir():
        if draft.name.startswith(prefix) and draft.name.endswith(".tmp"):
            with suppress(FileNotFoundError):  # its writer is done
                if draft.lstat().st_mtime < limit:
                    draft.unlink()
