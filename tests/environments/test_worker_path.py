import subprocess
import sys
from pathlib import Path

import graph_goldens
from graph_goldens.environments.worker_path import make_worker_path


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
