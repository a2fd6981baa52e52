"""Locks between commands: held by one, or shared by all users of a thing; they end with their holder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, ReadWriteLock, Timeout

from graph_goldens.errors import ToolError


@contextmanager
def hold_lock(file: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock that the kernel releases when its holder ends, however it ends; it does not nest.

    Args:
        file: the lock's file, which stays afterwards and has no meaning.
        waiting: called once where another process holds the lock.

    Raises:
        ToolError: the lock's file cannot be made.
    """
    lock = FileLock(_make_folder(file), thread_local=False)
    try:
        with _explain_lock_errors(file):
            lock.acquire(blocking=False)
    except Timeout:
        waiting()
        with _explain_lock_errors(file):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def share_lock(file: Path) -> Iterator[None]:
    """Share a lock with others who only use what it guards; wait for one who changes that.

    Raises:
        ToolError: the lock's file cannot be made.
    """
    lock = _open_shared(file)
    with _explain_lock_errors(file):
        lock.acquire_read()
    try:
        yield
    finally:
        _close(lock)


@contextmanager
def hold_unshared(file: Path, shared: Callable[[], None]) -> Iterator[None]:
    """Hold a lock that nobody shares meanwhile, which never waits.

    Args:
        file: the lock's file.
        shared: called where others share or hold the lock; it raises what the caller is to hear.

    Raises:
        ToolError: the lock's file cannot be made.
    """
    lock = _open_shared(file)
    try:
        with _explain_lock_errors(file):
            lock.acquire_write(blocking=False)
    except Timeout:
        lock.close()
        shared()
        return
    try:
        yield
    finally:
        _close(lock)


def _open_shared(file: Path) -> ReadWriteLock:
    # Each use is a lock of its own: those of one process share or shut out each other as those of two do.
    with _explain_lock_errors(file):
        return ReadWriteLock(_make_folder(file), is_singleton=False)


def _close(lock: ReadWriteLock) -> None:
    lock.release()
    lock.close()


def _make_folder(file: Path) -> Path:
    with _explain_lock_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
    return file


@contextmanager
def _explain_lock_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except Timeout:  # an OSError too
        raise
    except OSError as error:
        raise ToolError(f"cannot make the lock {file}: {error.strerror or error}") from error
