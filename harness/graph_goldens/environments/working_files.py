"""Files of the working folder: written whole or not at all, locked by their holder's life, logs bounded."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graph_goldens.errors import ToolError

_LOGS_KEPT = 50
_LAST_BYTES = 1 << 16


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


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that others see all of it or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def hold_lock(file: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock that the kernel releases when its holder ends, however it ends.

    Args:
        file: the lock's file, which stays afterwards and has no meaning.
        waiting: called once when another process holds the lock.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_log(folder: Path, name: str) -> Path:
    """Make an empty log under a new name in the working folder, and remove the oldest logs."""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    for old in sorted(logs.glob("*.log"), key=_read_mtime, reverse=True)[_LOGS_KEPT:]:
        old.unlink(missing_ok=True)
    handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".log", dir=logs)
    os.close(handle)
    return Path(path)


def read_last_line(log: Path) -> str:
    """Read the last line of a log that is not blank; empty where there is none."""
    try:
        with log.open("rb") as handle:
            handle.seek(max(0, handle.seek(0, os.SEEK_END) - _LAST_BYTES))
            lines = handle.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _read_mtime(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # another command removed it
        return 0.0
