"""Run functions in forked children, several at a time: what happens to one does not affect another."""

import os
import selectors
import signal
import time
from collections.abc import Collection, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from graph_goldens.capture.worker.child_messages import BEGUN, DIED, DONE, Messages
from graph_goldens.capture.worker.child_process import Function, Pipes, make_token, run_and_leave
from graph_goldens.capture.worker.own_folders import make_own_folder, remove_own_folder
from graph_goldens.capture.worker.process_memory import exceeds_memory, measure_memory
from graph_goldens.descendants import find_children, kill_children, word_status

Key = TypeVar("Key")

MEMORY_DEATH = "memory limit exceeded"

_LOG_TAIL = 4096
_CHUNK = 1 << 16
_LAST_CHUNKS = 16
_POLL_SECONDS = 0.05
_WEIGH_SECONDS = 0.2
_GIBIBYTE = 1 << 30


@dataclass(frozen=True)
class Limits:
    """What one child may use.

    Attributes:
        seconds: wall time after which it is killed.
        memory: bytes that it and what it starts may use beyond what it was forked with.
    """

    seconds: float
    memory: int = 4 * _GIBIBYTE


@dataclass(frozen=True)
class Task(Generic[Key]):
    """A function to run in a child of its own; the lines that it yields are the result.

    Attributes:
        key: how the caller identifies the task.
        run: the function; it may announce each step that it begins.
        limits: what the child may use.
    """

    key: Key
    run: Function
    limits: Limits


@dataclass(frozen=True)
class Ended(Generic[Key]):
    """How a child ended.

    Attributes:
        key: the task's key.
        lines: what it sent.
        death: why it sent no more: `SIGSEGV`, `exit status 3`; empty when it timed out or sent everything.
        step: the last step that it announced.
        seconds: wall time.
        log: the end of what it wrote to its standard output and error.
    """

    key: Key
    lines: tuple[str, ...]
    death: str
    step: str
    seconds: float
    log: str

    @property
    def line(self) -> str | None:
        """The result of a task that yields one line; None where it ended without one."""
        return self.lines[0] if self.lines else None


@dataclass
class _Child(Generic[Key]):
    task: Task[Key]
    pid: int
    results: int
    output: int
    messages: Messages
    started: float
    folder: Path
    log: bytearray = field(default_factory=bytearray)
    weighed: float = 0.0
    greedy: bool = False

    @property
    def done(self) -> bool:
        return self.messages.find_last(DONE) is not None

    @property
    def late(self) -> bool:
        return time.monotonic() - self.started > self.task.limits.seconds


def run_tasks(
    tasks: Iterable[Task[Key]], jobs: int, private: Collection[int] = ()
) -> Generator[Ended[Key], None, None]:
    """Run tasks in children, at most `jobs` at once, and yield each as it ends.

    Nothing that a child started outlives it, provided that the caller has adopted orphans.

    Args:
        tasks: the tasks.
        jobs: how many run at once.
        private: descriptors of this process that no child may write to.
    """
    waiting = iter(tasks)
    children: list[_Child[Key]] = []
    bystanders, own_memory = find_children(os.getpid()), measure_memory(os.getpid())
    with selectors.DefaultSelector() as selector:
        try:
            while True:
                _fill(children, waiting, jobs, selector, private)
                if not children:
                    return
                _read(selector)
                for child in [child for child in children if _is_over(child, own_memory)]:
                    children.remove(child)
                    yield _end(child, selector, bystanders.union(other.pid for other in children))
        finally:
            while children:
                child = children.pop()
                _end(child, selector, bystanders.union(other.pid for other in children))


def _fill(
    children: list[_Child[Key]],
    waiting: Iterator[Task[Key]],
    jobs: int,
    selector: selectors.DefaultSelector,
    private: Collection[int],
) -> None:
    while len(children) < jobs and (task := next(waiting, None)) is not None:
        others = [pipe for child in children for pipe in (child.results, child.output)]
        child = _fork(task, [*private, *others, selector.fileno()])
        selector.register(child.results, selectors.EVENT_READ, child)
        selector.register(child.output, selectors.EVENT_READ, child)
        children.append(child)


def _fork(task: Task[Key], private: Iterable[int]) -> _Child[Key]:
    results, results_in = os.pipe()
    output, output_in = os.pipe()
    token, worker, folder = make_token(), os.getpid(), make_own_folder()
    pid = os.fork()
    if pid == 0:
        pipes = Pipes(results_in, output_in, (results, output, *private))
        run_and_leave(task.run, token, pipes, worker, folder)
    os.close(results_in)
    os.close(output_in)
    os.set_blocking(results, False)
    os.set_blocking(output, False)
    return _Child(task, pid, results, output, Messages(token), time.monotonic(), folder)


def _read(selector: selectors.BaseSelector) -> None:
    for key, _ in selector.select(_POLL_SECONDS):
        if _take(key.data, key.fd) == b"":
            selector.unregister(key.fd)


def _take(child: _Child[Key], descriptor: int) -> bytes | None:
    """Read and keep what a pipe holds: return it, empty at the pipe's end, None where there is none yet."""
    try:
        chunk = os.read(descriptor, _CHUNK)
    except BlockingIOError:
        return None
    if descriptor == child.results:
        child.messages.receive(chunk)
    else:
        child.log += chunk
        del child.log[:-_LOG_TAIL]
    return chunk


def _is_over(child: _Child[Key], own_memory: int) -> bool:
    if child.done or child.late:
        return True
    if time.monotonic() - child.weighed > _WEIGH_SECONDS:
        child.greedy = exceeds_memory(child.pid, own_memory, child.task.limits.memory)
        child.weighed = time.monotonic()
    return child.greedy or _has_ended(child.pid)


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(child: _Child[Key], selector: selectors.BaseSelector, keep: Collection[int]) -> Ended[Key]:
    """Drain the pipes, kill the child and what it started, and describe how it ended."""
    seconds = time.monotonic() - child.started
    late = child.late and not child.greedy
    for descriptor in (child.results, child.output):
        _drain(child, descriptor, selector)
    _kill(child.pid)
    _, status = os.waitpid(child.pid, 0)
    kill_children(keep)
    remove_own_folder(child.folder)
    log = child.log.decode(errors="replace")
    death = "" if child.done or late else _word_death(child, status)
    step = child.messages.find_last(BEGUN) or ""
    return Ended(child.task.key, tuple(child.messages.given), death, step, seconds, log)


def _drain(child: _Child[Key], descriptor: int, selector: selectors.BaseSelector) -> None:
    """Read the rest of a pipe, up to a bound in case it is written faster than it is read, and close it."""
    for _ in range(_LAST_CHUNKS):
        if not _take(child, descriptor):
            break
    if descriptor in selector.get_map():
        selector.unregister(descriptor)
    os.close(descriptor)


def _kill(pid: int) -> None:
    """Kill a child's whole process group, if it still exists."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _word_death(child: _Child[Key], status: int) -> str:
    if child.greedy:
        return MEMORY_DEATH
    if told := child.messages.find_last(DIED):
        return told
    return word_status(status)
