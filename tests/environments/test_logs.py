import os
from pathlib import Path

from graph_goldens.environments.logs import make_log, read_last_line


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
