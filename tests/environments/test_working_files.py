import os
import threading
from pathlib import Path

import pytest

from graph_goldens.environments.working_files import (
    explain_os_error,
    hold_lock,
    make_log,
    read_last_line,
    write_whole,
)
from graph_goldens.errors import ToolError


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "file", b"content")
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["file"]
    assert (tmp_path / "new" / "file").read_bytes() == b"content"


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, b"new")
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("file", b"old")]


def test_the_file_systems_refusals_are_told_in_a_sentence(tmp_path: Path) -> None:
    sentence = r"^cannot read it: No such file or directory \(.*/none\)$"
    with pytest.raises(ToolError, match=sentence), explain_os_error("read it"):
        (tmp_path / "none").read_bytes()


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


def test_old_logs_are_removed(tmp_path: Path) -> None:
    logs = [make_log(tmp_path, "worker") for _ in range(60)]
    for age, log in enumerate(logs[:50]):
        os.utime(log, (age, age)) if log.exists() else None
    make_log(tmp_path, "worker")
    assert len(list((tmp_path / "logs").iterdir())) <= 51


def test_the_last_line_of_a_log_is_the_last_that_says_something(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"first\n  last \xff\n\n  \n")
    assert read_last_line(tmp_path / "log") == "last \N{REPLACEMENT CHARACTER}"


def test_a_missing_or_empty_log_has_no_last_line(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    assert read_last_line(tmp_path / "log") == read_last_line(tmp_path / "none") == ""
