import subprocess
import sys
from pathlib import Path

import harness
from harness.environments.worker_path import make_worker_path


def test_it_holds_the_harness_and_packaging_and_nothing_else(tmp_path: Path) -> None:
    worker_path = make_worker_path(tmp_path)
    assert sorted(link.name for link in worker_path.iterdir()) == ["harness", "packaging"]
    assert (worker_path / "harness").resolve() == Path(harness.__file__).parent.resolve()


def test_an_interpreter_without_packages_imports_them_from_it(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-c", "import packaging.version, harness.records"]
    subprocess.run(command, env={"PYTHONPATH": str(make_worker_path(tmp_path))}, cwd=tmp_path, check=True)


def test_a_link_that_leads_elsewhere_is_mended(tmp_path: Path) -> None:
    worker_path = make_worker_path(tmp_path)
    (worker_path / "harness").unlink()
    (worker_path / "harness").symlink_to(tmp_path)
    make_worker_path(tmp_path)
    assert (worker_path / "harness" / "records.py").exists()
    assert sorted(link.name for link in worker_path.iterdir()) == ["harness", "packaging"]
