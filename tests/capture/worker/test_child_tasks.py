"""What happens to one child costs its own result and nothing else."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph_goldens.capture.worker.child_process import Announce
from graph_goldens.capture.worker.child_tasks import MEMORY_DEATH, Ended, Limits, Task, run_tasks
from graph_goldens.capture.worker.own_folders import drop_old_folders, make_own_folder
from graph_goldens.descendants import adopt_orphans

Function = Callable[[], str]
MEBIBYTE = 1 << 20


def _task(key: int, function: Function, limits: Limits) -> Task[int]:
    return Task(key, lambda _: [function()], limits)


def _run(
    *functions: Function, jobs: int = 2, timeout: float = 30.0, memory: int = 1 << 30
) -> dict[int, Ended[int]]:
    limits = Limits(timeout, memory)
    tasks = (_task(number, function, limits) for number, function in enumerate(functions))
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


def _interrupt() -> str:
    raise KeyboardInterrupt


def _close_everything() -> str:
    os.closerange(0, 1000)
    return "lost"


def _put_a_file_in_place_of_the_pipe() -> str:
    os.closerange(3, 1000)
    for _ in range(100):
        os.open(os.devnull, os.O_WRONLY)
    return "lost"


def _give_too_much() -> str:
    return "x" * (33 * MEBIBYTE)


@pytest.mark.parametrize(
    ("function", "death"),
    [
        (_segfault, "SIGSEGV"),
        (_abort, "SIGABRT"),
        (_leave, "exit status 7"),
        (_system_exit, "exit status 3"),
        (_raise, "RuntimeError"),
        (_interrupt, "KeyboardInterrupt"),
        (_close_everything, "SIGPIPE"),
        (_put_a_file_in_place_of_the_pipe, "SIGPIPE"),
        (_give_too_much, "more than 32 MiB of texts"),
    ],
)
def test_a_child_that_dies_is_named_by_its_death(function: Function, death: str) -> None:
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


def _leave_a_daemon_behind() -> str:
    """Start a process that leaves its tracing and loses its parent."""
    script = (
        "import os, time; os.setsid(); os.fork() and os._exit(0); print(os.getpid(), flush=True); "
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        return daemon.stdout.readline().decode().strip()


def _kill_oneself_and_leave_a_daemon() -> str:
    os.write(2, _leave_a_daemon_behind().encode())
    return _segfault()


@pytest.mark.parametrize("function", [_leave_a_daemon_behind, _kill_oneself_and_leave_a_daemon])
def test_not_even_a_daemon_outlives_the_child_that_started_it(function: Function) -> None:
    adopt_orphans()
    ended = _run(function)[0]
    assert not _is_running(int(ended.line or ended.log))


def test_a_process_that_was_there_before_stays() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        _run(_fine)
        assert sleeper.poll() is None
        sleeper.kill()


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_children_that_still_run_die_with_an_abandoned_run() -> None:
    tasks = [_task(0, _fine, Limits(30.0)), _task(1, _hang, Limits(30.0))]
    running = run_tasks(tasks, 2)
    assert next(running).line == "fine"
    start = time.monotonic()
    running.close()
    assert time.monotonic() - start < 20


def test_every_task_gives_exactly_one_result_in_any_number_of_jobs() -> None:
    for jobs in (1, 3, 8):
        ended = _run(*([_fine, _segfault] * 5), jobs=jobs)
        assert [ended[number].line for number in range(10)] == ["fine", None] * 5


def _eat() -> str:
    held = []
    for _ in range(2000):
        held.append(b"x" * MEBIBYTE)
        time.sleep(0.001)
    return "full"


def _let_a_child_eat() -> str:
    if os.fork() == 0:
        _eat()
    os.wait()
    return "full"


@pytest.mark.parametrize("function", [_eat, _let_a_child_eat])
def test_a_child_that_takes_too_much_memory_is_killed(function: Function) -> None:
    ended = _run(function, _fine, memory=100 * MEBIBYTE)
    assert (ended[0].line, ended[0].death) == (None, MEMORY_DEATH)
    assert ended[1].line == "fine"


def test_memory_that_was_there_before_the_fork_does_not_count() -> None:
    held = b"x" * (300 * MEBIBYTE)
    assert _run(lambda: str(len(held)), memory=50 * MEBIBYTE)[0].line == str(len(held))


def test_the_last_step_that_a_child_began_is_told_with_its_death() -> None:
    def die(announce: Announce) -> Iterator[str]:
        announce("building")
        announce("tracing")
        yield _segfault()

    (ended,) = run_tasks([Task("key", die, Limits(30.0))], 1)
    assert (ended.death, ended.step) == ("SIGSEGV", "tracing")


@pytest.mark.parametrize(
    ("last", "lines", "death"),
    [(_fine, ["0", "1", "fine"], ""), (_segfault, ["0", "1"], "SIGSEGV"), (_hang, ["0", "1"], "")],
)
def test_what_a_child_gave_before_it_ended_is_kept(last: Function, lines: list[str], death: str) -> None:
    def give(_: Announce) -> Iterator[str]:
        yield "0"
        yield "1"
        yield last()

    (ended,) = run_tasks([Task("key", give, Limits(seconds=1.0))], 1)
    assert (list(ended.lines), ended.death) == (lines, death)


def _pipes() -> list[int]:
    return [number for number in range(3, 200) if _is_pipe(number)]


def _is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _scribble() -> str:
    """Write to the pipe that was made last, which is that of the results."""
    os.write(_pipes()[-1], b"garbage\xff\n" * 1000 + b"half a line")
    return "fine all the same"


def test_garbage_in_the_pipe_of_results_is_passed_over() -> None:
    assert _run(_scribble)[0].line == "fine all the same"


def test_a_child_cannot_reach_the_pipes_of_another() -> None:
    before = len(_pipes())
    ended = _run(*[lambda: str(len(_pipes()))] * 4, jobs=4)
    assert {end.line for end in ended.values()} == {str(before + 1)}


def _fork_oneself() -> str:
    return "copy" if os.fork() == 0 else "original"


def test_a_copy_that_the_program_forks_of_itself_gives_nothing() -> None:
    assert _run(_fork_oneself)[0].line == "original"


def test_a_child_has_nothing_to_read() -> None:
    assert _run(lambda: os.read(0, 10).decode())[0].line == ""


def test_output_that_python_still_holds_is_in_the_log() -> None:
    def write() -> str:
        sys.stdout = os.fdopen(1, "w", 1000)
        return str(sys.stdout.write("held"))

    assert _run(write)[0].log == "held"


def _leave_files() -> str:
    """Leave a file in each place where programs write, and say which were there."""
    places = [Path.home(), Path(tempfile.gettempdir()), Path(os.environ["XDG_CACHE_HOME"]), Path.cwd()]
    seen = [(place / "left").exists() for place in dict.fromkeys(places)]
    for place in places:
        (place / "left").write_text("left")
    return f"{sum(seen)} of {len(seen)} in {Path(tempfile.gettempdir()).parent}"


def test_a_child_sees_no_file_that_another_one_left_and_leaves_none_behind() -> None:
    ended = _run(_leave_files, _leave_files, jobs=1)
    said, folders = zip(*(each.line.split(" in ") for each in ended.values() if each.line), strict=True)
    assert set(said) == {"0 of 3"}
    assert len(set(folders)) == 2
    assert not any(Path(folder).exists() for folder in folders)


def test_what_a_killed_worker_left_goes_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new, other = make_own_folder(), make_own_folder(), tmp_path / "captures"
    (old / "home").mkdir()
    other.mkdir()
    for folder in (old, other):
        os.utime(folder, (0, 0))
    drop_old_folders()
    assert sorted(tmp_path.iterdir()) == sorted([new, other])
