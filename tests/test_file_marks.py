"""A mark holds as long as what it marks is as it was, whatever sizes and times say."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.file_marks import MISSING, NOTHING, Disk, digest_marks, mark_content, mark_names, mark_stat


def _holds(file: Path, mark: str) -> bool:
    return Disk().find_changed({str(file): mark}) is None


def test_content_is_told_apart_at_the_same_size_and_time(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("one")
    mark, status = mark_content(str(file)), file.stat()
    file.write_text("two")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not _holds(file, mark)
    file.write_text("one")
    assert _holds(file, mark)


def test_a_link_that_leads_to_other_content_no_longer_holds(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "a")
    mark = mark_content(str(link))
    link.unlink()
    link.symlink_to(tmp_path / "b")
    assert not _holds(link, mark)


def test_what_was_missing_holds_until_it_appears(tmp_path: Path) -> None:
    assert mark_content(str(tmp_path / "x")) == MISSING
    assert _holds(tmp_path / "x", MISSING)
    (tmp_path / "x").touch()
    assert not _holds(tmp_path / "x", MISSING)


def test_a_folder_is_told_by_its_names_without_hidden_ones(tmp_path: Path) -> None:
    mark = mark_names(str(tmp_path))
    (tmp_path / ".x.swp").touch()
    (tmp_path / "__pycache__").mkdir()
    assert _holds(tmp_path, mark)
    (tmp_path / "x").touch()
    assert not _holds(tmp_path, mark)


def test_an_installed_file_is_told_by_size_time_and_inode(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("one")
    mark, status = mark_stat(str(file)), file.stat()
    assert _holds(file, mark)
    (tmp_path / "y").write_text("two")
    (tmp_path / "y").replace(file)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not _holds(file, mark)


@pytest.mark.parametrize("mark", [NOTHING, "", "unknown 1", "content", "content 0"])
def test_a_mark_that_says_nothing_never_holds(tmp_path: Path, mark: str) -> None:
    (tmp_path / "x").touch()
    assert not _holds(tmp_path / "x", mark)


def test_a_pipe_has_no_content_and_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert mark_content(str(tmp_path / "pipe")) == NOTHING


@given(st.dictionaries(st.text(max_size=5), st.sampled_from([MISSING, "content 1"]), max_size=5))
def test_a_digest_of_marks_depends_on_them_alone(marks: dict[str, str]) -> None:
    assert digest_marks(marks) == digest_marks(reversed(list(marks.items())))
    assert digest_marks(marks) != digest_marks({**marks, "another": MISSING})
