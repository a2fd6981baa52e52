"""What happens to one child costs its own result and nothing else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.worker.children import Ended, Task, run_tasks


def _run(*functions: Callable[[], str], jobs: int = 2, timeout: float = 30.0) -> dict[int, Ended[int]]:
    tasks = (Task(number, function, timeout) for number, function in enumerate(functions))
    return {ended.key: ended for ended in run_tasks(tasks, jobs)}


def _fine() -> str:
    return "fine"


def test_results_come_back_whole_whatever_their_size() -> None:
    big = "x" * 5_000_000
    ended = _run(lambda: big, _fine)
    assert (ended[0].line, ended[1].line) == (big, "fine")


def _hang() -> str:
    time.sleep(60)
    return "late"


def _segfault() -> str:
    os.kill(os.getpid(), signal.SIGSEGV)
    return "never"


def _abort() -> str:
    os.abort()


def _leave() -> str:
    os._exit(7)


def _system_exit() -> str:
    sys.exit(3)


def _raise() -> str:
    raise RuntimeError("no")


@pytest.mark.parametrize(
    ("function", "death"),
    [
        (_segfault, "SIGSEGV"),
        (_abort, "SIGABRT"),
        (_leave, "exit status 7"),
        (_system_exit, "exit status 3"),
        (_raise, "exit status 1"),
    ],
)
def test_a_child_that_dies_is_named_by_its_death(function: Callable[[], str], death: str) -> None:
    ended = _run(function, _fine)
    assert (ended[0].line, ended[0].death) == (None, death)
    assert ended[1].line == "fine"


def test_a_child_that_hangs_is_killed_in_time() -> None:
    start = time.monotonic()
    ended = _run(_hang, _fine, timeout=0.3)
    assert (ended[0].line, ended[0].death) == (None, "")
    assert ended[1].line == "fine"
    assert time.monotonic() - start < 20


def _print_a_lot() -> str:
    for _ in range(200):
        sys.stdout.write("y" * 100_000)
        sys.stdout.flush()
    os.write(2, b"the end")
    return "done"


def test_what_a_child_prints_is_bounded_and_its_end_is_kept() -> None:
    ended = _run(_print_a_lot)[0]
    assert ended.line == "done"
    assert len(ended.log) <= 4096
    assert ended.log.endswith("the end")


def _leave_a_process_behind() -> str:
    sleeper = subprocess.Popen(["sleep", "60"])
    return str(sleeper.pid)


def test_processes_that_a_child_leaves_behind_are_killed() -> None:
    pid = int(_run(_leave_a_process_behind)[0].line or 0)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _is_running(pid):
        time.sleep(0.02)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_children_that_still_run_die_with_an_abandoned_run() -> None:
    tasks = [Task(0, _fine, 30.0), Task(1, _hang, 30.0)]
    running = run_tasks(tasks, 2)
    assert next(running).line == "fine"
    start = time.monotonic()
    running.close()
    assert time.monotonic() - start < 20


def test_every_task_gives_exactly_one_result_in_any_number_of_jobs() -> None:
    for jobs in (1, 3, 8):
        ended = _run(*([_fine, _segfault] * 5), jobs=jobs)
        assert [ended[number].line for number in range(10)] == ["fine", None] * 5
