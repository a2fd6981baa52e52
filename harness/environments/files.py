"""Files of the working folder: written whole or not at all, locked without a hand, logs kept in bounds."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import ToolError

_LOGS_KEPT = 50
_LAST_BYTES = 1 << 16


@contextmanager
def told_in_a_sentence(doing: str) -> Iterator[None]:
    """Turn a failure of the file system into one sentence, "cannot DOING: …".

    Raises:
        ToolError: the file system refused something.
    """
    try:
        yield
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise ToolError(f"cannot {doing}: {error.strerror or error}{place}") from error


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def locked(file: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock that the kernel gives back when its holder ends, however it ends.

    Args:
        file: the lock's file, which stays behind and means nothing.
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


def log_file(folder: Path, name: str) -> Path:
    """Make an empty log of a new name in the working folder; the oldest logs are removed."""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    for old in sorted(logs.glob("*.log"), key=_age, reverse=True)[_LOGS_KEPT:]:
        old.unlink(missing_ok=True)
    handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".log", dir=logs)
    os.close(handle)
    return Path(path)


def last_line(log: Path) -> str:
    """Give the last line of a log that says something; empty where there is none."""
    try:
        with log.open("rb") as handle:
            handle.seek(max(0, handle.seek(0, os.SEEK_END) - _LAST_BYTES))
            lines = handle.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # another command removed it
        return 0.0
