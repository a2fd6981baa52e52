"""Start processes that leave nothing behind, whatever happens to them or to this process."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

_GUARD = Path(__file__).with_name("guard.py")
_KILL_SECONDS = 10.0


class TookTooLongError(Exception):
    """A process is still running after the time that it is allowed."""


@dataclass(frozen=True)
class Finished:
    """How a command ended.

    Attributes:
        status: its exit status, negative for a signal.
        output: what it wrote to standard output and standard error.
    """

    status: int
    output: str


class Guarded:
    """A running command that is killed, with all that it started, when this process ends or releases it."""

    def __init__(self, process: subprocess.Popen[bytes], lifeline: IO[bytes]) -> None:
        self.process = process
        self._lifeline = lifeline

    def __enter__(self) -> "Guarded":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def running(self) -> bool:
        """Whether it is still running."""
        return self.process.poll() is None

    def wait(self, seconds: float | None = None) -> int:
        """Wait for its end and return its exit status, negative for a signal.

        Raises:
            TookTooLongError: it is still running after so many seconds.
        """
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TookTooLongError from None

    def kill(self) -> None:
        """Kill it and all that it started, if it is still running, and close its pipes."""
        self._lifeline.close()
        try:
            self.process.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:  # the guard itself is stuck
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            _close(pipe)


def start(
    command: Sequence[str],
    variables: Mapping[str, str],
    folder: Path,
    *,
    log: Path | None = None,
    talks: bool = False,
) -> Guarded:
    """Start a command under a guard.

    Args:
        command: the program and its arguments.
        variables: all of its environment variables.
        folder: its working directory.
        log: file for its output; without one the output comes through a pipe.
        talks: whether its standard input and output are pipes, and only its standard error is logged.
    """
    held, lifeline = os.pipe()
    watching = os.fdopen(lifeline, "wb", buffering=0)
    try:
        return Guarded(_open_process(command, variables, folder, log, talks, held), watching)
    except BaseException:
        watching.close()
        raise
    finally:
        os.close(held)


def run(
    command: Sequence[str],
    variables: Mapping[str, str],
    folder: Path,
    seconds: float,
    given: bytes | None = None,
) -> Finished:
    """Run a command to its end and return what it wrote.

    Args:
        command: the program and its arguments.
        variables: all of its environment variables.
        folder: its working directory.
        seconds: how long it may take.
        given: what it gets on standard input; nothing, as from `/dev/null`, if None.

    Raises:
        TookTooLongError: it took longer than so many seconds; it was killed.
    """
    with start(command, variables, folder, talks=given is not None) as guarded:
        try:
            output, _ = guarded.process.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise TookTooLongError from None
        return Finished(guarded.process.returncode, output.decode("utf-8", "replace"))


def describe_ending(status: int) -> str:
    """Say how a process ended: `exit status 3`, `SIGSEGV`."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


def _open_process(
    command: Sequence[str],
    variables: Mapping[str, str],
    folder: Path,
    log: Path | None,
    talks: bool,
    held: int,
) -> subprocess.Popen[bytes]:
    errors = log.open("wb") if log else None
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(_GUARD), str(held), *command],
            env=dict(variables),
            cwd=folder,
            stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
            stdout=subprocess.PIPE if talks or not errors else errors,
            stderr=errors or subprocess.STDOUT,
            pass_fds=(held,),
            start_new_session=True,
        )
    finally:
        _close(errors)


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe:
            pipe.close()
    except BrokenPipeError:  # its buffer was for a process that has ended
        pass
