from pathlib import Path

import pytest

from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders


def test_nothing_of_the_callers_variables_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "TORCH_LOGS", "TORCHINDUCTOR_FREEZING", "PATH", "PYTHONHASHSEED", "MAST_HPC_JOB_NAME"):
        monkeypatch.setenv(name, "the caller's")
    assert "the caller's" not in compose_capture_variables(tmp_path, tmp_path, 0).values()


def test_the_loaders_path_alone_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    assert compose_capture_variables(tmp_path, tmp_path, 0)["LD_LIBRARY_PATH"] == "/opt/lib"
    monkeypatch.delenv("LD_LIBRARY_PATH")
    assert "LD_LIBRARY_PATH" not in compose_capture_variables(tmp_path, tmp_path, 0)


def test_all_folders_lie_in_the_working_folder(tmp_path: Path) -> None:
    variables = compose_capture_variables(tmp_path, tmp_path / "worker-path", 7)
    paths = [value for name, value in variables.items() if value.startswith("/") and name != "PATH"]
    assert len(paths) >= 8
    assert all(Path(path).is_relative_to(tmp_path) for path in paths)


def test_the_hash_seed_is_the_one_that_is_asked_for(tmp_path: Path) -> None:
    assert compose_capture_variables(tmp_path, tmp_path, 7)["PYTHONHASHSEED"] == "7"


def test_the_folders_that_programs_expect_are_made(tmp_path: Path) -> None:
    variables = compose_capture_variables(tmp_path / "new", tmp_path, 0)
    make_capture_folders(variables)
    assert Path(variables["HOME"]).is_dir()
    assert Path(variables["TMPDIR"]).is_dir()
