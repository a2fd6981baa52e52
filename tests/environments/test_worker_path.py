import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import packaging
import pytest

import graph_goldens
from graph_goldens.environments import worker_path as module
from graph_goldens.environments.worker_path import make_worker_path


def _copy_code(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy a little of the harness into another clone, which is then the one that runs."""
    code = clone / "graph_goldens"
    code.mkdir(parents=True)
    shutil.copy2(Path(graph_goldens.__file__).with_name("errors.py"), code / "errors.py")
    own = SimpleNamespace(__name__="graph_goldens", __path__=[str(code)])
    monkeypatch.setattr(module, "_PACKAGES", (own, packaging))
    return code


def test_it_holds_the_harness_and_packaging_and_nothing_else(tmp_path: Path) -> None:
    worker_path = make_worker_path(tmp_path)
    assert sorted(link.name for link in worker_path.iterdir()) == ["graph_goldens", "packaging"]
    assert (worker_path / "graph_goldens").resolve() == Path(graph_goldens.__file__).parent.resolve()


def test_an_interpreter_without_packages_imports_them_from_it(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-c", "import packaging.version, graph_goldens.records"]
    subprocess.run(command, env={"PYTHONPATH": str(make_worker_path(tmp_path))}, cwd=tmp_path, check=True)


def test_a_link_that_leads_elsewhere_is_mended(tmp_path: Path) -> None:
    worker_path = make_worker_path(tmp_path)
    (worker_path / "graph_goldens").unlink()
    (worker_path / "graph_goldens").symlink_to(tmp_path)
    make_worker_path(tmp_path)
    assert (worker_path / "graph_goldens" / "records.py").exists()
    assert sorted(link.name for link in worker_path.iterdir()) == ["graph_goldens", "packaging"]


def test_the_same_code_has_the_same_folder(tmp_path: Path) -> None:
    assert make_worker_path(tmp_path) == make_worker_path(tmp_path)


def test_another_clone_in_the_same_working_folder_has_links_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = make_worker_path(tmp_path)
    _copy_code(tmp_path / "first", monkeypatch)
    first = make_worker_path(tmp_path)
    second_code = _copy_code(tmp_path / "second", monkeypatch)
    second = make_worker_path(tmp_path)
    assert len({own, first, second}) == 3
    assert (second / "graph_goldens").readlink() == second_code
    assert (own / "graph_goldens" / "records.py").exists()
    assert not (first / "graph_goldens" / "records.py").exists()


def test_edited_code_of_the_same_size_and_time_has_another_folder_so_other_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _copy_code(tmp_path / "clone", monkeypatch) / "errors.py"
    status = file.stat()
    before = make_worker_path(tmp_path)
    file.write_bytes(file.read_bytes()[:-2] + b"#\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    assert make_worker_path(tmp_path) != before


def test_folders_of_older_code_go_but_for_the_last_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    file = _copy_code(tmp_path / "clone", monkeypatch) / "errors.py"
    made = []
    for number in range(4):
        file.write_text(f"# {number}\n")
        made.append(make_worker_path(tmp_path))
    assert set((tmp_path / "worker-path").iterdir()) == set(made[2:])
