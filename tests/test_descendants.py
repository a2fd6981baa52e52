"""Whatever loses its parent falls to the process that adopts, and ends when that says so."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from graph_goldens.descendants import find_children

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who whose child is")
REPOSITORY = Path(__file__).parents[1]


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


@LINUX
def test_the_children_of_a_process_are_told() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        assert sleeper.pid in find_children(os.getpid())
        sleeper.kill()


def test_a_process_that_is_gone_has_no_children() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert find_children(process.pid) == set()


@LINUX
def test_all_that_was_left_behind_is_killed_but_what_is_to_stay() -> None:
    told = run(
        """
        import os, subprocess, sys
        from graph_goldens.descendants import adopt_orphans, find_children, kill_children
        adopt_orphans()
        stays = subprocess.Popen(["sleep", "60"])
        daemon = "import os; os.setsid(); os.fork() or os.fork() or input()"
        held, _ = os.pipe()
        subprocess.run([sys.executable, "-c", daemon], stdin=held, check=True)
        orphans = len(find_children(os.getpid())) - 1
        kill_children(keep=[stays.pid])
        print(orphans > 0, find_children(os.getpid()) == {stays.pid}, stays.poll())
        stays.kill()
        """
    )
    assert told == "True True None"


@LINUX
def test_a_process_that_ends_with_its_parent_does() -> None:
    child = int(
        run(
            """
            import os, time
            from graph_goldens.descendants import end_with_parent
            ready, said = os.pipe()
            if (pid := os.fork()) == 0:
                end_with_parent()
                os.write(said, b"!")
                os.closerange(0, 3)
                time.sleep(60)
            os.read(ready, 1)
            print(pid)
            """
        )
    )
    end = time.monotonic() + 20
    while is_running(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not is_running(child)


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
