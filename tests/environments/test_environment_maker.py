import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import uv

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.uv_run import RefusedEnvironmentError
from graph_goldens.errors import ToolError, UserError

Script = Callable[[str, str], Path]

BUILD = describe_release("2.13.0")


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture
def fake_uv(script: Script, interpreter: Path, calls: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """uv, as far as it makes a folder with an interpreter in it and says what it does."""
    program = script(
        "uv",
        f"""echo "$@" >> {calls}
        if [ "$1" = venv ]; then
            for place in "$@"; do :; done
            mkdir -p "$place/bin" && ln -s {interpreter} "$place/bin/python"
        else
            echo "Installed torch"
        fi""",
    )
    monkeypatch.setattr(uv, "find_uv_bin", lambda: str(program))
    return program


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "envs").iterdir())


@pytest.mark.usefixtures("fake_uv")
def test_an_environment_is_made_and_described(folder: Path) -> None:
    said: list[str] = []
    environment = open_environment(BUILD, folder, said.append)
    assert environment.python == folder / "envs" / "torch-2.13.0" / "bin" / "python"
    assert said[0] == "making the environment torch-2.13.0"
    assert "Installed torch" in said
    assert entries(folder) == [".torch-2.13.0.lock", "torch-2.13.0"]


@pytest.mark.usefixtures("fake_uv")
def test_uv_is_told_what_to_install(folder: Path, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    open_environment(BUILD, folder, lambda _: None)
    venv, install = calls.read_text().splitlines()
    assert venv.startswith("venv ")
    assert install.endswith("--no-index torch==2.13.0")


@pytest.mark.usefixtures("fake_uv")
def test_an_environment_is_made_once(folder: Path, calls: Path) -> None:
    first = open_environment(BUILD, folder, lambda _: None)
    assert open_environment(BUILD, folder, pytest.fail) == first
    assert len(calls.read_text().splitlines()) == 2


@pytest.mark.usefixtures("fake_uv")
def test_what_an_interrupted_build_left_is_made_again(folder: Path) -> None:
    left = folder / "envs" / ".torch-2.13.0.making"
    (left / "bin").mkdir(parents=True)
    (left / "bin" / "python").touch()
    open_environment(BUILD, folder, lambda _: None)
    assert not left.exists()


@pytest.mark.usefixtures("fake_uv")
def test_an_environment_that_lost_its_interpreter_is_made_again(folder: Path, calls: Path) -> None:
    open_environment(BUILD, folder, lambda _: None).python.unlink()
    assert open_environment(BUILD, folder, lambda _: None).python.exists()
    assert len(calls.read_text().splitlines()) == 4


@pytest.mark.usefixtures("fake_uv")
def test_an_environment_that_lost_its_torch_is_made_again_before_that_is_told(
    folder: Path, calls: Path, torch_root: Path
) -> None:
    open_environment(BUILD, folder, lambda _: None)
    (torch_root / "version.py").unlink()
    with pytest.raises(ToolError, match=r"cannot import torch: ImportError: no torch$"):
        open_environment(BUILD, folder, lambda _: None)
    assert len(calls.read_text().splitlines()) == 4


@pytest.mark.usefixtures("fake_uv")
def test_two_commands_do_not_make_the_same_environment_twice(folder: Path, calls: Path) -> None:
    threads = [
        threading.Thread(target=open_environment, args=(BUILD, folder, lambda _: None)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(calls.read_text().splitlines()) == 2


def test_uvs_failure_is_one_sentence_and_leaves_nothing(folder: Path, fake_uv: Path) -> None:
    fake_uv.write_text("#!/bin/sh\necho 'Resolving'\necho 'error: No such version' >&2\nexit 2\n")
    sentence = "^cannot make the environment torch-2.13.0: No such version$"
    with pytest.raises(ToolError, match=sentence):
        open_environment(BUILD, folder, lambda _: None)
    assert entries(folder) == [".torch-2.13.0.lock"]


def test_a_version_that_is_not_offered_is_the_users_to_mend_and_what_is_offered_is_told(
    folder: Path, fake_uv: Path
) -> None:
    fake_uv.write_text(
        '#!/bin/sh\nif [ "$1" = venv ]; then exit 0; fi\n'
        'if [ "$2" = compile ]; then\n'
        "  for file; do :; done\n"
        '  case "$(cat "$file")" in torch) echo torch==2.12.1;; *) exit 1;; esac\n'
        "  exit 0\nfi\n"
        "echo 'error: No solution found when resolving dependencies'\n"
        "echo '  cause: Because there is no version of torch==2.13.0 and you require it'\nexit 1\n"
    )
    with pytest.raises(RefusedEnvironmentError) as refused:
        open_environment(BUILD, folder, lambda _: None)
    assert isinstance(refused.value, UserError)
    said = str(refused.value)
    assert "there is no version of torch==2.13.0" in said
    assert "offered for this Python and platform: 2.12.1; " in said
    assert "--index-url or --find-links" in said


@pytest.mark.parametrize(
    "words", ["cause: Failed to fetch: http://x/simple", "cause: dns; network was disabled"]
)
def test_an_index_that_cannot_be_reached_is_told_with_what_to_set(
    folder: Path, fake_uv: Path, words: str
) -> None:
    fake_uv.write_text(f"#!/bin/sh\necho 'error: Request failed'\necho '  {words}'\nexit 2\n")
    with pytest.raises(RefusedEnvironmentError, match=r"an index cannot be reached: .*UV_DEFAULT_INDEX"):
        open_environment(BUILD, folder, lambda _: None)


@pytest.mark.parametrize(
    "words",
    [
        "Request failed\n  cause: Failed to download `https://x/python-build-standalone/3.13`: dns error",
        "No interpreter found for Python 3.99 in managed installations or search path",
    ],
)
def test_a_python_that_is_not_to_be_had_is_told_with_the_way_out(
    folder: Path, fake_uv: Path, words: str
) -> None:
    fake_uv.write_text(f"#!/bin/sh\ncat <<'EOF'\nerror: {words}\nEOF\nexit 2\n")
    with pytest.raises(RefusedEnvironmentError, match=r"has no such Python, and none .* as `python`$"):
        open_environment(BUILD, folder, lambda _: None)


def test_a_missing_uv_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(uv, "find_uv_bin", missing)
    with pytest.raises(ToolError, match="uv's program is missing"):
        open_environment(BUILD, folder, lambda _: None)


def test_a_working_folder_that_cannot_be_written_is_one_sentence(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(ToolError, match=r"^cannot make the lock .*torch-2\.13\.0\.lock: Not a directory$"):
        open_environment(BUILD, folder, lambda _: None)
