import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from graph_goldens.environments.processes import TookTooLongError, describe_ending, run, start

ENVIRON = {"PATH": os.environ["PATH"]}


def test_output_and_status_come_back(tmp_path: Path) -> None:
    finished = run(["sh", "-c", "echo out; echo err >&2; exit 3"], ENVIRON, tmp_path, 10)
    assert (finished.status, sorted(finished.output.split())) == (3, ["err", "out"])


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGTERM"])
def test_a_signal_that_ended_the_command_comes_back(tmp_path: Path, name: str) -> None:
    finished = run(["sh", "-c", f"kill -{name[3:]} $$"], ENVIRON, tmp_path, 10)
    assert describe_ending(finished.status) == name


def test_an_exit_status_is_told_as_a_number() -> None:
    assert (describe_ending(3), describe_ending(-64)) == ("exit status 3", "SIGRTMAX")
    assert describe_ending(-200) == "signal 200"


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    finished = run(["/none/program"], ENVIRON, tmp_path, 10)
    assert finished.status == 1
    assert "/none/program: No such file or directory" in finished.output


def test_a_command_that_takes_too_long_is_killed_with_what_it_started(tmp_path: Path) -> None:
    with pytest.raises(TookTooLongError):
        run(["sh", "-c", "sleep 60 & sleep 60"], ENVIRON, tmp_path, 0.2)


def test_nothing_of_a_command_outlives_it(tmp_path: Path) -> None:
    with start(["sh", "-c", "sleep 60 & exit 0"], ENVIRON, tmp_path) as running:
        assert running.wait(10) == 0
        assert running.process.stdout is not None
        assert running.process.stdout.read() == b""  # ends when the last process that holds it has ended


def test_killing_ends_what_the_command_started(tmp_path: Path) -> None:
    with start(["sh", "-c", "sleep 60 & echo on; wait"], ENVIRON, tmp_path) as running:
        assert running.process.stdout is not None
        assert running.process.stdout.readline() == b"on\n"
        pipe = os.dup(running.process.stdout.fileno())
        assert running.running
    assert not running.running
    with os.fdopen(pipe, "rb") as rest:
        assert rest.read() == b""


def test_a_killed_host_leaves_nothing_behind(tmp_path: Path) -> None:
    host = textwrap.dedent(
        """
        import os, sys, time
        from pathlib import Path
        from graph_goldens.environments.processes import start
        log = Path(sys.argv[1])
        running = start(["sh", "-c", "sleep 60 & echo on >&9; wait"], dict(os.environ), Path.cwd(), log=log)
        time.sleep(60)
        """
    )
    # File descriptor 9 goes to the host alone through its standard output, and from there to nobody else,
    # so a named pipe tells whether any process of the command is alive.
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    host = host.replace("echo on >&9; wait", f"exec 9>{fifo}; sleep 60 & echo on >&9; wait")
    started = subprocess.Popen([sys.executable, "-c", host, str(tmp_path / "log")], cwd=Path.cwd())
    with fifo.open("rb") as alive:
        assert alive.readline() == b"on\n"
        started.send_signal(signal.SIGKILL)
        started.wait(10)
        assert alive.read() == b""


def test_what_a_command_writes_goes_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with start(["sh", "-c", "echo out; echo err >&2"], ENVIRON, tmp_path, log=log) as running:
        running.wait(10)
    assert sorted(log.read_text().split()) == ["err", "out"]


def test_a_command_sees_the_variables_that_it_is_given_and_no_others(tmp_path: Path) -> None:
    finished = run([sys.executable, "-c", "import os; print(*os.environ)"], {"ONE": "1"}, tmp_path, 10)
    assert set(finished.output.split()) <= {"ONE", "LC_CTYPE"}
