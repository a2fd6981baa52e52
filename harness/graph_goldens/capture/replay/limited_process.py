"""Run something in a process of its own, for a limited time and with limited memory."""

import json
import os
import resource
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path

from graph_goldens.descendants import end_with_parent
from graph_goldens.records import Json

_CHUNK = 1 << 16


class EndedError(Exception):
    """The process gave no result; the text says how it ended."""


def run_limited(work: Callable[[], Json], seconds: float, memory: int) -> object:
    """Fork, do the work there, and return its result.

    Args:
        work: gives a JSON value.
        seconds: wall time that it may take.
        memory: bytes that it may use beyond what this process has.

    Raises:
        EndedError: it took too long, or died.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_and_leave(work, writing, seconds, memory)
    os.close(writing)
    try:
        answer = _read_all(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if answer is None:
        raise EndedError(f"takes more than {seconds:.0f} seconds")
    try:
        return json.loads(answer)
    except ValueError:
        raise EndedError(_describe_end(status)) from None


def _work_and_leave(work: Callable[[], Json], writing: int, seconds: float, memory: int) -> None:
    """Do the work in the child, write its result, and end without what the parent would do at its end."""
    try:
        end_with_parent()
        _limit(seconds, memory)
        answer = json.dumps(work()).encode()
        while answer:
            answer = answer[os.write(writing, answer) :]
    finally:
        os._exit(0)


def _limit(seconds: float, memory: int) -> None:
    held = _measure_address_space()
    if held:
        resource.setrlimit(resource.RLIMIT_AS, (held + memory, held + memory))
    whole = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _measure_address_space() -> int:
    """Measure the bytes of addresses that this process has; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def _read_all(reading: int, deadline: float) -> bytes | None:
    """Read to the pipe's end; None where that does not come in time."""
    received = bytearray()
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        chunk = os.read(reading, _CHUNK)
        if not chunk:
            return bytes(received)
        received += chunk


def _describe_end(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"crashes ({signal.Signals(os.WTERMSIG(status)).name})"
    return f"ends with exit status {os.WEXITSTATUS(status)}"
