"""What a watch looks at: settings, packs and what captures read; a save counts once it is whole."""

from collections.abc import Callable
from pathlib import Path

from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.watched_files import WatchedFiles, find_project_files, wait_for_change


def make_project(root: Path) -> Project:
    for name in ("p/one.py", "p/_deep/data.json", "p/.hidden", "p/__pycache__/one.pyc"):
        (root / "cases" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "cases" / name).write_text("")
    (root / "pyproject.toml").write_text("[tool.goldens]\n")
    return find_project(root)


def test_settings_files_of_packs_and_their_folders_are_looked_at(tmp_path: Path) -> None:
    found = find_project_files(make_project(tmp_path))
    names = {str(Path(path).relative_to(tmp_path)) for path in found.files}
    assert names == {"pyproject.toml", "cases/p/one.py", "cases/p/_deep/data.json"}
    assert {str(Path(path).relative_to(tmp_path)) for path in found.folders} == {
        "cases",
        "cases/p",
        "cases/p/_deep",
    }


def wait(watched: WatchedFiles, *steps: Callable[[], object]) -> tuple[list[str], int]:
    """Wait while the steps are done, one in each pause; return what changed, and how many pauses it took."""
    left, pauses = list(steps), 0

    def sleep(_: float) -> None:
        nonlocal pauses
        pauses += 1
        if left:
            left.pop(0)()

    return wait_for_change(watched, watched.look(), sleep), pauses


def test_a_save_in_several_steps_is_one_and_counts_once_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_text("x = 1\n")
    watched = WatchedFiles(frozenset([str(file)]))
    found = wait(watched, file.unlink, lambda: file.write_text("x ="), lambda: file.write_text("x = 2\n"))
    assert found == ([str(file)], 4)


def test_what_an_editor_makes_and_removes_again_is_no_change(tmp_path: Path) -> None:
    watched = WatchedFiles(frozenset(), frozenset([str(tmp_path)]))
    draft, module = tmp_path / "4913", tmp_path / "new.py"
    found, pauses = wait(watched, lambda: draft.write_text(""), draft.unlink, lambda: module.write_text(""))
    assert (found, pauses) == ([str(tmp_path)], 4)


def test_a_file_that_was_not_there_and_comes_is_a_change(tmp_path: Path) -> None:
    wanted = tmp_path / "cases" / "table.bin"
    watched = WatchedFiles(frozenset([str(wanted)]))
    made = wait(watched, wanted.parent.mkdir, lambda: wanted.write_bytes(b"1"))
    assert made[0] == [str(wanted)]


def test_hidden_files_and_bytecode_in_a_folder_change_nothing(tmp_path: Path) -> None:
    watched = WatchedFiles(frozenset(), frozenset([str(tmp_path)]))
    before = watched.look()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / ".one.py.swp").write_text("")
    assert watched.look() == before
