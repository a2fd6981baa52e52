"""What travels is what captures need, the same bytes each time, and not more than machines take."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.environments.own_code import OwnCode
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project, find_project
from graph_goldens.machines.travelling import write_archive

MOST = 50 << 20
FILES = {
    "pyproject.toml": "[tool.goldens]\n",
    "cases/p/one.py": "",
    "cases/p/data/table.bin": "table",
    "src/mine.py": "",
    "snapshots/torch-2.13.0/p/one/export.md": "a golden",
    ".goldens/runs/run.jsonl": "a run",
    ".git/objects/aa": "history",
    "src/__pycache__/mine.pyc": "bytecode",
    "env/pyvenv.cfg": "",
    "env/lib/large.so": "a virtual environment",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return find_project(root)


def list_travelling(project: Project, archive: Path) -> list[str]:
    write_archive(project, archive, MOST)
    with zipfile.ZipFile(archive) as written:
        return [name for name in written.namelist() if name.startswith("project/")]


def test_a_project_travels_without_what_was_made_of_it(project: Project, tmp_path: Path) -> None:
    assert list_travelling(project, tmp_path / "a.zip") == [
        "project/pyproject.toml",
        "project/cases/p/one.py",
        "project/cases/p/data/table.bin",
        "project/src/mine.py",
    ]


def test_the_tool_travels_with_it(project: Project, tmp_path: Path) -> None:
    write_archive(project, tmp_path / "a.zip", MOST)
    with zipfile.ZipFile(tmp_path / "a.zip") as written:
        names = set(written.namelist())
    assert {"graph_goldens/__init__.py", "graph_goldens/machines/order_work.py"} <= names
    assert not any("__pycache__" in name for name in names)


def test_the_same_files_are_the_same_bytes(project: Project, tmp_path: Path) -> None:
    write_archive(project, tmp_path / "a.zip", MOST)
    for name in FILES:
        (project.root / name).touch()
    write_archive(project, tmp_path / "b.zip", MOST)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_files_behind_links_travel_and_a_circle_ends(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "shared.bin").write_text("shared")
    (project.root / "cases" / "linked").symlink_to(outside)
    (project.root / "cases" / "circle").symlink_to(project.root)
    found = list_travelling(project, tmp_path / "a.zip")
    assert "project/cases/linked/shared.bin" in found
    assert len(found) == len(set(found)) == 5


def test_a_project_that_is_too_large_is_refused_with_what_is_large(project: Project, tmp_path: Path) -> None:
    (project.root / "weights").mkdir()
    noise = b"".join(hash((at, "noise")).to_bytes(8, "little", signed=True) for at in range(1 << 18))
    (project.root / "weights" / "model.bin").write_bytes(noise)
    with pytest.raises(
        UserError, match=r"is 2\.0 MiB without its goldens.*the largest: weights \(2\.0 MiB\)"
    ):
        write_archive(project, tmp_path / "a.zip", 2 << 20)


def test_what_lies_outside_the_project_is_refused(project: Project, tmp_path: Path) -> None:
    for other in (
        replace(project, cases=tmp_path / "cases"),
        replace(project, own=OwnCode((tmp_path / "src",))),
    ):
        with pytest.raises(UserError, match="lies outside the project"):
            write_archive(other, tmp_path / "a.zip", MOST)
