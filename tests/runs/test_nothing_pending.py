"""The note that nothing is pending holds as long as no run, golden or rejection changes, and no longer."""

import os
from pathlib import Path

import pytest

from graph_goldens.runs import nothing_pending
from graph_goldens.runs.nothing_pending import digest_state, note_nothing_pending, recall_nothing_pending


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    home, snapshots = tmp_path / "home", tmp_path / "snapshots"
    for file in (home / "runs" / "torch-2.13.0.jsonl", snapshots / "torch-2.13.0" / "p" / "a" / "export.md"):
        file.parent.mkdir(parents=True)
        file.write_text("one")
    monkeypatch.setattr(nothing_pending, "_SETTLED_SECONDS", 0.0)
    note_nothing_pending(home, digest_state(home, snapshots), "nothing is pending")
    return home, snapshots


def test_it_is_recalled_while_nothing_changes(places: tuple[Path, Path]) -> None:
    assert recall_nothing_pending(*places) == "nothing is pending"


def test_a_change_of_the_same_size_and_time_is_noticed(places: tuple[Path, Path]) -> None:
    for file in (places[0] / "runs" / "torch-2.13.0.jsonl", next(places[1].rglob("*.md"))):
        before = file.stat()
        note_nothing_pending(places[0], digest_state(*places), "nothing is pending")
        file.write_text("two")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert recall_nothing_pending(*places) == ""


@pytest.mark.parametrize("name", ["home/runs/torch-2.9.1.jsonl", "snapshots/new.md", "home/rejected.jsonl"])
def test_what_is_new_is_noticed(places: tuple[Path, Path], name: str) -> None:
    (places[0].parent / name).write_text("")
    assert recall_nothing_pending(*places) == ""


def test_what_was_written_just_now_is_not_vouched_for(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nothing_pending, "_SETTLED_SECONDS", 60.0)
    assert digest_state(*places) == ""


def test_a_note_that_is_none_is_done_without(places: tuple[Path, Path]) -> None:
    for text in ("", "[]", '{"state": "", "sentence": "x"}'):
        (places[0] / "nothing-pending.json").write_text(text)
        assert recall_nothing_pending(*places) == ""


def test_where_nothing_was_ever_checked_there_is_a_state_all_the_same(tmp_path: Path) -> None:
    before = digest_state(tmp_path / "home", tmp_path / "snapshots")
    (tmp_path / "home" / "runs").mkdir(parents=True)
    assert len(before) == 64
    (tmp_path / "home" / "runs" / "torch-2.13.0.jsonl").write_text("one")
    assert digest_state(tmp_path / "home", tmp_path / "snapshots") != before
