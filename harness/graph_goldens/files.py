"""Files that are written whole or not at all."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graph_goldens.errors import ToolError


@contextmanager
def explain_read_errors(place: Path) -> Iterator[None]:
    """Turn the file system's errors on reading into one sentence."""
    try:
        yield
    except OSError as error:
        raise ToolError(f"cannot read {error.filename or place}: {error.strerror or error}") from error


def write_whole(file: Path, data: bytes, root: Path) -> None:
    """Write a file whole; where that fails, the file that was there stays.

    Folders are made as needed. The bytes first go to a hidden file beside it that no search for goldens
    finds; one that a killed process left behind is cleared away by the next write of the same file.

    Args:
        file: what to write; it lies below `root`.
        data: its new content.
        root: the folder below which empty folders are cleared away after a failure.

    Raises:
        ToolError: the file system reports an error.
    """
    draft = file.with_name(f".{file.name}.{uuid.uuid4().hex}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _clear_drafts(file)
        _write_and_sync(draft, data)
        os.replace(draft, file)  # noqa: PTH105 (tests make each system call fail in turn)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        clear_empty_folders(file.parent, root)
        if isinstance(error, OSError):
            raise ToolError(f"cannot write {file}: {error.strerror or error}; it stands as it was") from error
        raise


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


def _write_and_sync(draft: Path, data: bytes) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(descriptor)


def _clear_drafts(file: Path) -> None:
    prefix = f".{file.name}."
    for draft in file.parent.iterdir():
        if draft.name.startswith(prefix) and draft.name.endswith(".tmp"):
            draft.unlink(missing_ok=True)
