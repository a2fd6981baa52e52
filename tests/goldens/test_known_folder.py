from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.errors import ToolError, UserError
from graph_goldens.goldens import known_folder
from graph_goldens.goldens.known_folder import list_known, remove_known, write_known
from tests.goldens.test_known_file import DECISION


def test_decisions_are_listed_and_removed(tmp_path: Path) -> None:
    assert list_known(tmp_path) == ()
    files = [write_known(tmp_path, each) for each in (DECISION, replace(DECISION, because="other"))]
    (tmp_path / "known" / "README.md").write_text("why these are here")
    (tmp_path / "known" / ".x.toml.tmp").write_text("a draft")
    found = list_known(tmp_path)
    assert {each.file for each in found} == set(files)
    for each in found:
        remove_known(tmp_path, each)
    assert list_known(tmp_path) == ()
    assert (tmp_path / "known" / "README.md").exists()


def test_the_same_decision_is_the_same_file(tmp_path: Path) -> None:
    assert write_known(tmp_path, DECISION) == write_known(tmp_path, DECISION)
    assert len(list_known(tmp_path)) == 1


def test_a_decision_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(ToolError, match=r"cannot write .*No space left"):
        write_known(tmp_path, DECISION)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x.toml", "."])
def test_links_and_folders_are_refused(tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = tmp_path / "snapshots"
    root.mkdir()
    if name == ".":
        (root / "known").symlink_to(elsewhere)
    else:
        (root / "known" / name).mkdir(parents=True)
    with pytest.raises(UserError, match="of its own"):
        list_known(root)


def test_files_beyond_bounds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_known(tmp_path, DECISION)
    monkeypatch.setattr(known_folder, "LARGEST", 10)
    with pytest.raises(UserError, match="is larger than 0 MiB"):
        list_known(tmp_path)
    monkeypatch.setattr(known_folder, "MOST_FILES", 0)
    with pytest.raises(UserError, match="holds more than 0 decisions"):
        list_known(tmp_path)
