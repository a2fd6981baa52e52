from collections.abc import Callable
from pathlib import Path

import pytest

from graph_goldens.environments.interpreters import open_interpreter
from graph_goldens.errors import ToolError, UserError
from tests.environments.wheels import FILES, make_interpreter

Script = Callable[[str, str], Path]


def contents(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_an_interpreter_that_exists_is_described_and_left_alone(tmp_path: Path, folder: Path) -> None:
    python = make_interpreter(tmp_path / "venv", FILES)
    before = contents(tmp_path / "venv")
    environment = open_interpreter(python, folder)
    assert (environment.torch, environment.git, environment.python) == ("2.13.0+cpu", "abc", python)
    assert contents(tmp_path / "venv") == before


def test_an_interpreter_is_found_by_its_name(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = make_interpreter(tmp_path / "venv", FILES)
    monkeypatch.setenv("PATH", str(python.parent))
    assert open_interpreter("python", folder).python == python


def test_an_interpreter_that_does_not_exist_is_the_users_error(folder: Path) -> None:
    with pytest.raises(UserError, match=r"^/none/python is not an interpreter that can be run"):
        open_interpreter("/none/python", folder)


def test_a_folder_is_the_users_error_and_its_interpreter_is_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UserError, match=r"is a folder, not an interpreter; give one such as .*/bin/python$"):
        open_interpreter(tmp_path, folder)


def test_a_file_that_cannot_be_run_is_the_users_error(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "python"
    file.write_text("not a program")
    with pytest.raises(UserError, match="is not an interpreter that can be run"):
        open_interpreter(file, folder)


@pytest.mark.parametrize(
    "body", ["exit 0", "echo '{}'", "echo '{\"python\": 3}'", "echo no >&2; exit 2", "kill $$"]
)
def test_a_program_that_is_no_python_is_the_users_error(script: Script, folder: Path, body: str) -> None:
    with pytest.raises(
        UserError, match=r"is not a Python 3 interpreter; give the path of one that has torch$"
    ):
        open_interpreter(script("program", body), folder)


def test_a_file_of_no_known_format_is_the_users_error(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "python"
    file.write_bytes(b"\0\1\2")
    file.chmod(0o755)
    with pytest.raises(UserError, match="is not a Python 3 interpreter"):
        open_interpreter(file, folder)


def test_a_python_that_is_too_old_is_the_users_error(script: Script, folder: Path) -> None:
    old = script("python", 'echo \'{"python": [3, 8], "torch": true}\'')
    with pytest.raises(
        UserError, match=r"is Python 3\.8, but 3\.10 or newer is needed; give the path of one$"
    ):
        open_interpreter(old, folder)


def test_an_interpreter_without_torch_is_the_users_error(tmp_path: Path, folder: Path) -> None:
    python = make_interpreter(tmp_path / "venv", {})
    with pytest.raises(UserError, match=r"has no torch; install it there, or .* --torch VERSION$"):
        open_interpreter(python, folder)


@pytest.mark.parametrize(
    ("torch", "sentence"),
    [
        ({"__init__.py": "import nothing"}, "ModuleNotFoundError: No module named 'nothing'"),
        ({"__init__.py": "raise OSError('libtorch.so: cannot open')"}, "OSError: libtorch.so: cannot open"),
        ({"readme.txt": "left behind"}, "AttributeError: module 'torch' has no attribute '__version__'"),
        ({"__init__.py": "import os; os.kill(os.getpid(), 11)"}, "SIGSEGV"),
    ],
)
def test_a_broken_torch_is_an_environments_failure(
    tmp_path: Path, folder: Path, torch: dict[str, str], sentence: str
) -> None:
    python = make_interpreter(tmp_path / "venv", torch)
    with pytest.raises(ToolError) as raised:
        open_interpreter(python, folder)
    assert str(raised.value) == f"{python} cannot import torch: {sentence}"
