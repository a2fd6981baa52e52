"""Run functions in forked children, several at a time: what happens to one reaches nothing else."""

import os
import selectors
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key")

_LOG_TAIL = 4096
_CHUNK = 1 << 16
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Task(Generic[Key]):
    """A function to run in a child of its own; its text, one line, is the result.

    Attributes:
        key: what the caller knows the task by.
        run: the function.
        timeout: seconds after which the child is killed.
    """

    key: Key
    run: Callable[[], str]
    timeout: float


@dataclass(frozen=True)
class Ended(Generic[Key]):
    """How a child ended.

    Attributes:
        key: the task's key.
        line: what it gave, None when it ended without giving anything.
        death: why it gave nothing: `SIGSEGV`, `exit status 3`; empty when it timed out or gave a line.
        seconds: wall time.
        log: the end of what it wrote to its standard output and error.
    """

    key: Key
    line: str | None
    death: str
    seconds: float
    log: str


@dataclass
class _Child(Generic[Key]):
    task: Task[Key]
    pid: int
    results: int
    output: int
    started: float
    received: bytearray = field(default_factory=bytearray)
    log: bytearray = field(default_factory=bytearray)

    @property
    def complete(self) -> bool:
        return self.received.endswith(b"\n")

    @property
    def late(self) -> bool:
        return time.monotonic() - self.started > self.task.timeout


def run_tasks(tasks: Iterable[Task[Key]], jobs: int) -> Generator[Ended[Key], None, None]:
    """Run tasks in children, at most `jobs` at once, and give each as it ends."""
    waiting = iter(tasks)
    children: list[_Child[Key]] = []
    with selectors.DefaultSelector() as selector:
        try:
            while True:
                _fill(children, waiting, jobs, selector)
                if not children:
                    return
                _read(selector)
                for child in [child for child in children if _is_over(child)]:
                    children.remove(child)
                    yield _end(child, selector)
        finally:
            for child in children:
                _kill(child.pid)
                _end(child, selector)


def _fill(
    children: list[_Child[Key]], waiting: Iterator[Task[Key]], jobs: int, selector: selectors.BaseSelector
) -> None:
    while len(children) < jobs and (task := next(waiting, None)) is not None:
        child = _fork(task)
        selector.register(child.results, selectors.EVENT_READ, child.received)
        selector.register(child.output, selectors.EVENT_READ, child.log)
        children.append(child)


def _fork(task: Task[Key]) -> _Child[Key]:
    results, results_in = os.pipe()
    output, output_in = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_child(task, results_in, output_in)
    os.close(results_in)
    os.close(output_in)
    return _Child(task, pid, results, output, time.monotonic())


def _be_child(task: Task[Key], results: int, output: int) -> None:
    """Run the task and leave at once, past destructors and exit handlers, which may hang or crash."""
    status = 1
    try:
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        line = task.run().encode() + b"\n"
        while line:
            line = line[os.write(results, line) :]
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    finally:
        os._exit(status)


def _read(selector: selectors.BaseSelector) -> None:
    for key, _ in selector.select(_POLL_SECONDS):
        chunk = os.read(key.fd, _CHUNK)
        if not chunk:
            selector.unregister(key.fd)
            continue
        buffer: bytearray = key.data
        buffer += chunk


def _is_over(child: _Child[Key]) -> bool:
    del child.log[:-_LOG_TAIL]
    if child.complete or child.late:
        return True
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(child: _Child[Key], selector: selectors.BaseSelector) -> Ended[Key]:
    """Drain, kill what is left of the child's process group, and say how it ended."""
    seconds = time.monotonic() - child.started
    late = child.late and not child.complete
    _drain(child, selector)
    complete = child.complete
    if complete or late:
        _kill(child.pid)
    _, status = os.waitpid(child.pid, 0)
    _kill(child.pid)
    line = child.received.decode(errors="replace").rstrip("\n") if complete else None
    death = "" if complete or late else _death(status)
    return Ended(child.task.key, line, death, seconds, child.log[-_LOG_TAIL:].decode(errors="replace"))


def _drain(child: _Child[Key], selector: selectors.BaseSelector) -> None:
    for descriptor, buffer in ((child.results, child.received), (child.output, child.log)):
        os.set_blocking(descriptor, False)
        while chunk := _read_now(descriptor):
            buffer += chunk
            if buffer is child.log:
                del buffer[:-_LOG_TAIL]
                break
        if descriptor in selector.get_map():
            selector.unregister(descriptor)
        os.close(descriptor)


def _read_now(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except BlockingIOError:
        return b""


def _kill(pid: int) -> None:
    """Kill a child's whole process group, as far as it still exists."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _death(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit status {os.WEXITSTATUS(status)}"
