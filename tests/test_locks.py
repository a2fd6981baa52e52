"""A lock is held by one at a time or shared, and goes with its holder, however that ends."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import NoReturn

import pytest

from graph_goldens.errors import ToolError
from graph_goldens.locks import hold_lock, hold_unshared, share_lock

SHARE = """
import sys
from pathlib import Path
from graph_goldens.locks import share_lock
with share_lock(Path(sys.argv[1])):
    print("shared", flush=True)
    sys.stdin.read()
"""


class SharedError(Exception):
    """Somebody shares the lock."""


def refuse() -> NoReturn:
    raise SharedError


def test_a_lock_is_held_by_one_at_a_time_and_the_other_is_told(tmp_path: Path) -> None:
    lock, told, order = tmp_path / "lock", threading.Event(), []

    def second() -> None:
        with hold_lock(lock, told.set):
            order.append("second")

    other = threading.Thread(target=second)
    with hold_lock(lock, pytest.fail):
        other.start()
        assert told.wait(10)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]


def test_a_lock_file_left_behind_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    with hold_lock(tmp_path / "lock", lambda: pytest.fail("waited")):
        pass


def test_a_failure_while_a_lock_is_held_frees_it_and_stays_what_it_is(tmp_path: Path) -> None:
    for lock in (hold_lock(tmp_path / "lock", pytest.fail), hold_unshared(tmp_path / "users", refuse)):
        with pytest.raises(OSError, match="of the user"), lock:
            raise OSError("of the user")
    with hold_lock(tmp_path / "lock", pytest.fail), hold_unshared(tmp_path / "users", refuse):
        pass


def test_many_share_a_lock_and_keep_out_who_wants_it_alone(tmp_path: Path) -> None:
    lock = tmp_path / "new" / "users"
    with share_lock(lock), share_lock(lock), pytest.raises(SharedError), hold_unshared(lock, refuse):
        pytest.fail("it is shared")
    with hold_unshared(lock, refuse), pytest.raises(SharedError), hold_unshared(lock, refuse):
        pytest.fail("it is held")


def test_who_shares_a_lock_waits_for_who_holds_it_alone(tmp_path: Path) -> None:
    order: list[str] = []

    def share() -> None:
        with share_lock(tmp_path / "users"):
            order.append("shared")

    other = threading.Thread(target=share)
    with hold_unshared(tmp_path / "users", refuse):
        other.start()
        other.join(0.3)
        order.append("alone")
    other.join(10)
    assert order == ["alone", "shared"]


def test_a_killed_process_shares_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SHARE, str(tmp_path / "users")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"shared\n"
        with share_lock(tmp_path / "users"):
            pass
        with pytest.raises(SharedError), hold_unshared(tmp_path / "users", refuse):
            pytest.fail("it is shared")
        other.kill()
        other.wait()
    with hold_unshared(tmp_path / "users", refuse):
        pass


def test_a_lock_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("where a folder belongs")
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "file" / "lock", tmp_path / "folder"):
        for lock in (hold_lock(place, pytest.fail), share_lock(place), hold_unshared(place, refuse)):
            with (
                pytest.raises(ToolError, match=r"^cannot make the lock .*: (File exists|Is a directory)$"),
                lock,
            ):
                pytest.fail("there is no such lock")
