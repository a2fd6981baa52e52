"""Files are written whole or not at all, and what the file system refuses is one sentence."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_goldens.errors import ToolError
from graph_goldens.files import (
    explain_os_error,
    explain_read_errors,
    read_if_there,
    read_whole,
    replace_whole,
    write_whole,
)


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "file", b"content")
    write_whole(tmp_path / "new" / "parts", iter([b"con", b"tent"]))
    assert content(tmp_path / "new") == {"file": b"content", "parts": b"content"}


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(ToolError, match=r"^cannot write .*/file: No space left on device; it stands as it"):
        write_whole(file, b"new")
    assert content(tmp_path) == {"file": b"old"}


def test_what_fails_while_its_parts_are_made_is_not_written(tmp_path: Path) -> None:
    def make() -> Iterator[bytes]:
        yield b"new"
        raise KeyboardInterrupt

    write_whole(tmp_path / "file", b"old")
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file", make())
    assert content(tmp_path) == {"file": b"old"}


def test_empty_folders_that_a_failure_leaves_are_cleared_away_up_to_the_root(tmp_path: Path) -> None:
    (tmp_path / "root" / "file").mkdir(parents=True)
    with pytest.raises(ToolError, match="cannot write"):
        write_whole(tmp_path / "root" / "file", b"a folder is there", tmp_path / "root")
    assert list(tmp_path.iterdir()) == [tmp_path / "root"]


def test_what_a_killed_process_left_goes_with_a_later_write_and_what_is_being_written_stays(
    tmp_path: Path,
) -> None:
    for name, age in ((".file.1.tmp", 3600.0), (".file.2.tmp", 1.0), (".other.3.tmp", 3600.0)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    write_whole(tmp_path / "file", b"")
    assert set(content(tmp_path)) == {"file", ".file.2.tmp", ".other.3.tmp"}


def make_link_twice(link: Path) -> None:
    for target in ("three", "four"):
        link.symlink_to(target)


def test_a_link_is_replaced_in_one_step(tmp_path: Path) -> None:
    for target in ("one", "two"):
        with replace_whole(tmp_path / "link") as draft:
            draft.symlink_to(target)
        assert str((tmp_path / "link").readlink()) == target
    with pytest.raises(FileExistsError), replace_whole(tmp_path / "link") as draft:
        make_link_twice(draft)
    assert {file.name: str(file.readlink()) for file in tmp_path.iterdir()} == {"link": "two"}


def test_a_file_that_cannot_be_read_is_one_sentence_and_one_that_is_not_there_may_be_none(
    tmp_path: Path,
) -> None:
    with pytest.raises(ToolError, match=r"^cannot read .*/none: No such file or directory$"):
        read_whole(tmp_path / "none")
    assert read_if_there(tmp_path / "none") is None
    with pytest.raises(ToolError, match=r"^cannot read .*: Is a directory$"):
        read_if_there(tmp_path)
    write_whole(tmp_path / "file", b"content")
    assert read_whole(tmp_path / "file") == read_if_there(tmp_path / "file") == b"content"


def test_the_file_systems_refusals_are_told_in_a_sentence(tmp_path: Path) -> None:
    sentence = r"^cannot read it: No such file or directory \(.*/none\)$"
    with pytest.raises(ToolError, match=sentence), explain_os_error("read it"):
        (tmp_path / "none").read_bytes()
    with pytest.raises(ToolError, match=r"^cannot read .*/none: No such"), explain_read_errors(tmp_path):
        (tmp_path / "none").read_bytes()
