"""Standard input, output and error, whatever state they were handed over in."""

import io
import os
import select
import sys
from contextlib import suppress
from pathlib import Path

from graph_goldens.errors import ToolError

INPUT, OUTPUT, ERRORS = 0, 1, 2
_NOTHING = Path(os.devnull)


def mend_streams() -> None:
    """See to it that writing cannot fail for what is written, nor reach a file that takes a stream's place.

    What cannot be encoded is written with replacement. A stream that was closed is opened on nothing: the
    next file that is opened would get its number.

    Raises:
        ToolError: standard output is closed.
    """
    closed = [number for number in (INPUT, OUTPUT, ERRORS) if not _is_open(number)]
    for _ in closed:
        os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or _NOTHING.open(encoding="utf-8")
    sys.stderr = sys.stderr or _NOTHING.open("w", encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = _NOTHING.open("w", encoding="utf-8")
        raise ToolError("standard output is closed; open it, or send it to /dev/null")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def flush_streams() -> None:
    """Write what is held back.

    Raises:
        OSError: it cannot be written.
    """
    sys.stdout.flush()
    sys.stderr.flush()


def drop_output() -> None:
    """Let go of what could not be written, so that leaving does not try again."""
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, OUTPUT)
        os.close(nothing)


def is_pipe_closed() -> bool:
    """Whether standard output is a pipe that nobody reads any more."""
    poll = select.poll()
    poll.register(OUTPUT, 0)
    return any(events & select.POLLERR for _, events in poll.poll(0))
