"""What works beside the worker does all of its work, says where it could not, and ends with the worker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from graph_goldens.capture.worker.work_beside import work_beside

STARTS = """
import sys
import time

from graph_goldens.capture.worker.work_beside import work_beside

beside = work_beside(lambda: time.sleep(600))
print(beside.process, flush=True)
sys.stdin.read()
"""


def test_both_processes_work_and_one_waits_for_the_other(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"

    def work() -> None:
        while not first.exists():  # which this process writes meanwhile
            time.sleep(0.01)
        second.write_text(str(os.getpid()))

    beside = work_beside(work)
    first.write_text("")
    beside.wait()
    assert second.read_text() == str(beside.process) != str(os.getpid())


def _raise() -> None:
    raise ValueError("no")


@pytest.mark.parametrize(
    ("work", "how"),
    [
        (_raise, "exit status 1"),
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), "SIGSEGV"),
        (lambda: sys.exit(0), "exit status 1"),
    ],
)
def test_work_that_is_not_done_is_told(work: Callable[[], None], how: str) -> None:
    with pytest.raises(RuntimeError, match=f"the process that captures ended with {how}"):
        work_beside(work).wait()


def test_it_ends_with_the_process_that_started_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdin is not None
        assert starter.stdout is not None
        process = int(starter.stdout.readline())
        assert _is_running(process)
        starter.stdin.close()  # for which it waits
        assert starter.wait(timeout=60) == 0
        until = time.monotonic() + 60
        while _is_running(process) and time.monotonic() < until:
            time.sleep(0.05)
        assert not _is_running(process)


def _is_running(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False
