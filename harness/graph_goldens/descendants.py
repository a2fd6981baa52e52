"""Processes that others leave behind: who adopts them, and how they end. Only Linux supports this."""

import ctypes
import os
import signal
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_SET_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def adopt_orphans() -> None:
    """Make this process the parent of descendants whose parents end, even of those that left its session."""
    _control(_SET_SUBREAPER, 1)


def end_with_parent() -> None:
    """Have the kernel kill this process when the thread that forked it ends."""
    _control(_SET_DEATH_SIGNAL, signal.SIGKILL)


def word_status(status: int) -> str:
    """Word how a process ended whose status `os.waitpid` gave: `exit status 3`, `SIGSEGV`."""
    if os.WIFEXITED(status):
        return f"exit status {os.WEXITSTATUS(status)}"
    number = os.WTERMSIG(status)
    return signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"


def find_children(process: int) -> set[int]:
    """Find the children of a process: none where it is gone or the kernel does not say."""
    found: set[int] = set()
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):  # a thread that has just ended
                found.update(map(int, (thread / "children").read_text().split()))
    return found


def kill_children(keep: Collection[int] = ()) -> None:
    """Kill this process's children, except some, then the orphans that these leave, until none is left."""
    passed_over = set(keep)
    while strays := find_children(os.getpid()) - passed_over:
        for stray in strays:
            try:
                os.kill(stray, signal.SIGKILL)
                os.waitpid(stray, 0)
            except (PermissionError, ChildProcessError):  # another user's, or another thread waited for it
                passed_over.add(stray)


def _control(option: int, value: int) -> None:
    if _LIBC is not None:
        _LIBC.prctl(option, value, 0, 0, 0)
