import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import Library, find_compiler, start_libraries
from graph_goldens.errors import ToolError

Script = Callable[[str, str], Path]

OUTPUT = 'for out in "$@"; do :; done\n'  # the last argument is the file to make


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    for pack, name in (("one", "library.cpp"), ("one", "more.cpp"), ("two", "library.cpp"), ("none", "x.py")):
        (tmp_path / "cases" / pack).mkdir(parents=True, exist_ok=True)
        (tmp_path / "cases" / pack / name).write_text(f"// {pack}/{name}")
    return tmp_path / "cases"


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture(autouse=True)
def compiler(script: Script, calls: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compiler that notes its arguments and makes a file."""
    body = f'[ "$1" = --version ] && echo "c++ 1.0" && exit\necho "$@" >> {calls}\n{OUTPUT}echo made > "$out"'
    program = script("compiler", body)
    monkeypatch.setenv("CXX", str(program))
    return program


def compiled(cases: Path, environment: Environment, folder: Path) -> dict[str, Path]:
    return {
        pack: library.await_path() for pack, library in start_libraries(cases, environment, folder).items()
    }


def times_called(calls: Path) -> int:
    return len(calls.read_text().splitlines())


def test_every_pack_with_cxx_sources_gets_one_library(
    cases: Path, environment: Environment, folder: Path
) -> None:
    libraries = compiled(cases, environment, folder)
    assert set(libraries) == {"one", "two"}
    assert all(path.read_text() == "made\n" for path in libraries.values())


def test_the_compiler_is_told_all_that_torch_needs(
    cases: Path, environment: Environment, folder: Path, calls: Path, torch_root: Path
) -> None:
    shutil.rmtree(cases / "two")
    compiled(cases, replace(environment, cxx_standard=20, cxx11_abi=False), folder)
    said = calls.read_text()
    assert "-std=c++20" in said
    assert "-D_GLIBCXX_USE_CXX11_ABI=0" in said
    assert f"-isystem {torch_root}/include " in said
    assert f"{cases}/one/library.cpp {cases}/one/more.cpp" in said


def test_a_library_is_compiled_once(cases: Path, environment: Environment, folder: Path, calls: Path) -> None:
    assert compiled(cases, environment, folder) == compiled(cases, environment, folder)
    assert times_called(calls) == 2


def test_another_source_torch_or_compiler_makes_another_library(
    cases: Path, environment: Environment, folder: Path, compiler: Path
) -> None:
    seen = {compiled(cases, environment, folder)["one"]}
    for change in ({"torch": "2.14.0"}, {"git": "other"}, {"cxx11_abi": False}, {"cxx_standard": 20}):
        seen.add(compiled(cases, replace(environment, **change), folder)["one"])
    (cases / "one" / "header.h").write_text("// included")
    seen.add(compiled(cases, environment, folder)["one"])
    compiler.write_text(compiler.read_text().replace("1.0", "2.0"))
    seen.add(compiled(cases, environment, folder)["one"])
    assert len(seen) == 7


@pytest.mark.parametrize("content", ["", "mad"])
def test_a_truncated_library_is_compiled_again(
    cases: Path, environment: Environment, folder: Path, content: str
) -> None:
    compiled(cases, environment, folder)["one"].write_text(content)
    assert compiled(cases, environment, folder)["one"].read_text() == "made\n"


def test_what_does_not_compile_is_one_sentence_with_the_first_error(
    cases: Path, environment: Environment, folder: Path, compiler: Path
) -> None:
    shutil.rmtree(cases / "two")
    compiler.write_text(
        f"#!/bin/sh\n{OUTPUT}echo half > $out\n"
        "echo 'in file included from'; echo 'library.cpp:1:2: error: first'; echo 'x: error: second'; exit 1"
    )
    compiler.write_text(compiler.read_text().replace("\n", '\n[ "$1" = --version ] && exit\n', 1))
    with pytest.raises(
        ToolError, match=r"pack one does not compile for torch-2\.13\.0\+cpu: library\.cpp:1:2"
    ):
        start_libraries(cases, environment, folder)["one"].await_path()
    assert not list((folder / "libraries").glob("*.so"))


def test_a_library_that_is_cancelled_leaves_nothing(
    cases: Path, environment: Environment, folder: Path, compiler: Path
) -> None:
    compiler.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exit\n{OUTPUT}echo half > $out\nsleep 60')
    libraries = start_libraries(cases, environment, folder)
    for library in libraries.values():
        library.cancel()
    assert not list((folder / "libraries").iterdir())


def test_no_sources_need_no_compiler(
    tmp_path: Path, environment: Environment, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", "/none")
    assert start_libraries(tmp_path / "nowhere", environment, folder) == {}


def test_no_compiler_is_one_sentence(
    cases: Path, environment: Environment, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CXX")
    monkeypatch.setenv("PATH", "/none")
    with pytest.raises(ToolError, match=r"^no C\+\+ compiler found: install g\+\+"):
        start_libraries(cases, environment, folder)


def test_a_cxx_that_names_no_program_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "/none/compiler -m64")
    with pytest.raises(
        ToolError, match=r"^CXX names no program: /none/compiler; set it to a C\+\+ compiler$"
    ):
        find_compiler()


def test_cxx_may_hold_arguments(compiler: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", f"/usr/bin/env {compiler}")
    found = find_compiler()
    assert found.command == ("/usr/bin/env", str(compiler))
    assert found.version == "c++ 1.0"


def test_a_library_that_is_there_has_its_result_at_once(tmp_path: Path) -> None:
    assert Library("pack", tmp_path, None).await_path() == tmp_path
