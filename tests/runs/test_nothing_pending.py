"""The note that nothing is pending holds as long as no run, golden or rejection changes, and no longer."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graph_goldens.runs import nothing_pending
from graph_goldens.runs.nothing_pending import note_nothing_pending, read_state, recall_nothing_pending

Places = tuple[Path, Path, str]


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    home, snapshots = tmp_path / "home", tmp_path / "snapshots"
    for file in (home / "runs" / "torch-2.13.0.jsonl", snapshots / "torch-2.13.0" / "p" / "a" / "export.md"):
        file.parent.mkdir(parents=True)
        file.write_text("one")
    monkeypatch.setattr(nothing_pending, "_SETTLED_SECONDS", 0.0)
    take_note(home, snapshots, "")
    return home, snapshots, ""


def take_note(home: Path, snapshots: Path, policy: str) -> None:
    note_nothing_pending(home, read_state(home, snapshots, policy), "nothing is pending")


def test_it_is_recalled_while_nothing_changes(places: Places) -> None:
    assert recall_nothing_pending(*places) == "nothing is pending"


def test_a_change_of_the_same_size_and_time_is_noticed(places: Places) -> None:
    for file in (places[0] / "runs" / "torch-2.13.0.jsonl", next(places[1].rglob("*.md"))):
        before = file.stat()
        take_note(*places)
        file.write_text("two")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert recall_nothing_pending(*places) == ""


@pytest.mark.parametrize(
    "name",
    [
        "home/runs/torch-2.9.1.jsonl",
        "home/rejected.jsonl",
        "snapshots/new.md",
        "snapshots/torch-2.13.0/new.md",
        "snapshots/torch-2.13.0/p/a/make-fx-real.md",
        "snapshots/torch-2.13.0/p/b/export.md",
        "snapshots/torch-2.9.1/p/a/export.md",
    ],
)
def test_what_is_new_is_noticed_in_whatever_folder(places: Places, name: str) -> None:
    file = places[0].parent / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    assert recall_nothing_pending(*places) == ""


@pytest.mark.parametrize("act", [Path.unlink, lambda file: file.rename(file.with_name("other.md"))])
def test_what_goes_or_is_renamed_is_noticed(places: Places, act: Callable[[Path], object]) -> None:
    act(next(places[1].rglob("*.md")))
    assert recall_nothing_pending(*places) == ""


def test_a_file_that_takes_the_place_of_another_is_noticed(places: Places) -> None:
    golden = next(places[1].rglob("*.md"))
    shutil.copy2(golden, places[0] / "copy.md")
    (places[0] / "copy.md").replace(golden)
    assert recall_nothing_pending(*places) == ""


def test_what_is_new_in_a_folder_that_was_not_there_is_noticed(places: Places) -> None:
    home, snapshots, policy = places
    shutil.rmtree(snapshots)
    take_note(*places)
    assert recall_nothing_pending(home, snapshots, policy) == "nothing is pending"
    snapshots.mkdir()
    assert recall_nothing_pending(home, snapshots, policy) == ""


def test_a_policy_that_changed_may_no_longer_ignore_what_it_did(places: Places) -> None:
    assert recall_nothing_pending(*places[:2], "other rules") == ""


def test_what_was_noted_of_other_places_is_not_recalled(places: Places) -> None:
    home, snapshots, policy = places
    (snapshots.parent / "other").mkdir()
    assert recall_nothing_pending(home, snapshots.parent / "other", policy) == ""


def test_what_was_written_just_now_is_not_vouched_for(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nothing_pending, "_SETTLED_SECONDS", 60.0)
    assert read_state(*places) is None


@pytest.mark.parametrize("target", ["home/elsewhere", "home/nowhere"])
def test_what_a_link_leads_to_is_not_vouched_for(places: Places, target: str) -> None:
    root = places[0].parent
    (root / "home" / "elsewhere").write_text("")
    (root / "home" / "runs" / "torch-2.9.1.jsonl").symlink_to(root / target)
    assert read_state(*places) is None


def test_a_note_that_is_none_is_done_without(places: Places) -> None:
    note = places[0] / "nothing-pending"
    whole = note.read_bytes()
    for content in (b"", b"[]", b"[]\n", whole[:-1], whole.partition(b"\n")[0], b"\xff" + whole):
        note.write_bytes(content)
        assert recall_nothing_pending(*places) == ""
    note.write_bytes(whole)
    assert recall_nothing_pending(*places) == "nothing is pending"


def test_where_nothing_was_ever_checked_there_is_a_state_all_the_same(tmp_path: Path) -> None:
    before = read_state(tmp_path / "home", tmp_path / "snapshots", "")
    assert before is not None
    (tmp_path / "home" / "runs").mkdir(parents=True)
    assert read_state(tmp_path / "home", tmp_path / "snapshots", "") != before
