import json
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.environments.environment import describe, recall
from graph_goldens.errors import ToolError


def times_asked(tmp_path: Path) -> int:
    return len((tmp_path / "asked").read_text().splitlines())


def test_an_interpreter_says_what_its_torch_is(interpreter: Path, folder: Path, torch_root: Path) -> None:
    environment = describe(interpreter, folder)
    assert (environment.torch, environment.python, environment.torch_root) == (
        "2.13.0+cpu",
        interpreter,
        torch_root,
    )
    assert environment.version == Version("2.13.0+cpu")
    assert environment.name == "torch-2.13.0+cpu"


def test_it_is_asked_once(interpreter: Path, folder: Path, tmp_path: Path) -> None:
    first = describe(interpreter, folder)
    assert describe(interpreter, folder) == recall(interpreter, folder) == first
    assert times_asked(tmp_path) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"stamp": []}', "\x00"])
def test_a_broken_info_file_means_asking_again(
    interpreter: Path, folder: Path, tmp_path: Path, content: str
) -> None:
    first = describe(interpreter, folder)
    for info in (folder / "info").iterdir():
        info.write_text(content)
    assert describe(interpreter, folder) == first
    assert times_asked(tmp_path) == 2


def test_an_info_file_with_a_field_missing_means_asking_again(interpreter: Path, folder: Path) -> None:
    first = describe(interpreter, folder)
    (info,) = (folder / "info").iterdir()
    content = json.loads(info.read_text())
    del content["environment"]["git"]
    info.write_text(json.dumps(content))
    assert recall(interpreter, folder) is None
    assert describe(interpreter, folder) == first


@pytest.mark.parametrize("name", ["version.py", "lib/libtorch_cpu.so"])
def test_another_torch_in_the_same_place_means_asking_again(
    interpreter: Path, folder: Path, torch_root: Path, tmp_path: Path, name: str
) -> None:
    describe(interpreter, folder)
    (torch_root / name).write_text("another build")
    describe(interpreter, folder)
    assert times_asked(tmp_path) == 2


def test_a_lost_torch_is_told_in_one_sentence(interpreter: Path, folder: Path, torch_root: Path) -> None:
    describe(interpreter, folder)
    (torch_root / "version.py").unlink()
    with pytest.raises(ToolError, match=r"^\S+/bin/python cannot import torch: ImportError: no torch$"):
        describe(interpreter, folder)


def test_a_program_that_is_no_interpreter_is_told_in_one_sentence(folder: Path) -> None:
    with pytest.raises(ToolError, match=r"^/bin/true does not say what its torch is"):
        describe(Path("/bin/true"), folder)


def test_an_interpreter_that_is_not_there_is_told_in_one_sentence(folder: Path) -> None:
    with pytest.raises(ToolError, match="/none/python: No such file or directory"):
        describe(Path("/none/python"), folder)


def test_the_headers_say_which_cxx_they_need(interpreter: Path, folder: Path, torch_root: Path) -> None:
    assert describe(interpreter, folder).cxx_standard == 17
    (torch_root / "include" / "ATen" / "ATen.h").write_text("#if __cplusplus < 202002L")
    (torch_root / "version.py").write_text("2.14.0")
    assert describe(interpreter, folder).cxx_standard == 20
