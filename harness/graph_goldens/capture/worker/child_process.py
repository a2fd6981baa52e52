"""The child's side of a capture: run a function, send the worker its results, and exit at once."""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from graph_goldens.capture.worker.child_messages import BEGUN, DIED, DONE, GAVE, LONGEST
from graph_goldens.capture.worker.own_folders import enter_own_folder
from graph_goldens.capture.worker.process_memory import run_in_one_chunk
from graph_goldens.descendants import adopt_orphans, end_with_parent

Announce = Callable[[str], None]
Function = Callable[[Announce], Iterable[str]]

_TOO_LONG = f"more than {LONGEST >> 20} MiB of texts"
_OUT_OF_MEMORY_SCORE = "1000"  # if the machine runs out of memory, a capture dies before its host


def make_token() -> str:
    """Make the token that begins a child's messages and nothing else that is written to its pipe."""
    return os.urandom(16).hex()


@dataclass(frozen=True)
class Channel:
    """The child's end of the pipe to the worker, which the program under capture may break.

    Attributes:
        token: what each message begins with.
        descriptor: the pipe.
        pipe: what the descriptor was when the child began: device and number.
        owner: the child's process; copies of it that the program forks send nothing.
    """

    token: str
    descriptor: int
    pipe: tuple[int, int]
    owner: int

    def say(self, kind: str, text: str) -> None:
        """Send a message; a process that lost the pipe, or is a copy of the owner, ends instead."""
        if os.getpid() != self.owner:
            os._exit(0)
        data = f"\n{self.token} {kind} {text}\n".encode("utf-8", "backslashreplace")
        try:
            if _identify(self.descriptor) != self.pipe:
                _end_by(signal.SIGPIPE)
            while data:
                data = data[os.write(self.descriptor, data) :]
        except OSError:
            _end_by(signal.SIGPIPE)


def open_channel(token: str, descriptor: int) -> Channel:
    """Make the channel of this process."""
    return Channel(token, descriptor, _identify(descriptor), os.getpid())


@dataclass(frozen=True)
class Pipes:
    """Descriptors of a child.

    Attributes:
        results: where its messages go.
        output: where what it prints goes.
        private: what it must not reach: the worker's own and those of other children.
    """

    results: int
    output: int
    private: Sequence[int]


def run_and_leave(run: Function, token: str, pipes: Pipes, worker: int, folder: Path) -> NoReturn:
    """Run a function and exit at once, without destructors and exit handlers, which may hang or crash."""
    status = 1
    try:
        _settle(pipes, worker)
        enter_own_folder(folder)
        channel = open_channel(token, pipes.results)
        try:
            if run_in_one_chunk(lambda: _give(run(lambda step: channel.say(BEGUN, step)), channel)):
                channel.say(DONE, "")
                status = 0
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException as error:
            channel.say(DIED, type(error).__name__)
    finally:
        os._exit(status & 0xFF)


def _give(lines: Iterable[str], channel: Channel) -> bool:
    """Send lines as they come; return whether all of them could be sent."""
    for line in lines:
        _flush_output()
        if len(line) > LONGEST:
            channel.say(DIED, _TOO_LONG)
            return False
        channel.say(GAVE, line)
    return True


def _settle(pipes: Pipes, worker: int) -> None:
    """Start a session of its own that adopts its orphans, with empty input and its output piped."""
    os.setsid()
    adopt_orphans()
    end_with_parent()
    if os.getppid() != worker:  # the worker ended before the kernel knew of this child
        os._exit(0)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OUT_OF_MEMORY_SCORE)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(pipes.output, 1)
    os.dup2(pipes.output, 2)
    for descriptor in (null, pipes.output, *pipes.private):
        os.close(descriptor)


def _flush_output() -> None:
    """Write what Python still buffers; the program may have replaced its streams with anything."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()


def _identify(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def _end_by(number: int) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(1)
