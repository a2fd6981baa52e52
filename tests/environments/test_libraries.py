import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.environments.cxx_compiler import find_compiler
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import Library, find_libraries, start_libraries
from graph_goldens.errors import ToolError
from tests.cxx import READS, write_compiler


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
def compiler(tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compiler that notes its arguments and makes a file."""
    program = write_compiler(tmp_path / "compiler", f'echo "$@" >> {calls}')
    monkeypatch.setenv("CXX", str(program))
    return program


def compiled(cases: Path, environment: Environment, folder: Path) -> dict[str, Path]:
    return {
        pack: library.await_path() for pack, library in start_libraries(cases, environment, folder).items()
    }


def times_linked(calls: Path) -> int:
    return calls.read_text().count(" -shared ")


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
    assert " -c library.cpp -MD " in said
    assert " -c more.cpp -MD " in said
    assert "-shared" in said.splitlines()[-1]


def test_a_library_is_compiled_once(cases: Path, environment: Environment, folder: Path, calls: Path) -> None:
    assert compiled(cases, environment, folder) == compiled(cases, environment, folder)
    assert times_linked(calls) == 2


def test_another_source_torch_or_compiler_makes_another_library(
    cases: Path, environment: Environment, folder: Path, compiler: Path
) -> None:
    seen = {compiled(cases, environment, folder)["one"]}
    for change in ({"torch": "2.14.0"}, {"git": "other"}, {"cxx11_abi": False}, {"cxx_standard": 20}):
        seen.add(compiled(cases, replace(environment, **change), folder)["one"])
    (cases / "one" / "another.cpp").write_text("// one more")
    seen.add(compiled(cases, environment, folder)["one"])
    (cases / "one" / "another.cpp").write_text("// other")
    seen.add(compiled(cases, environment, folder)["one"])
    compiler.write_text(compiler.read_text().replace("1.0", "2.0"))
    seen.add(compiled(cases, environment, folder)["one"])
    assert len(seen) == 8


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
        f"#!/bin/sh\n{READS}echo half > $out\n"
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
    write_compiler(compiler, "echo half > 0.o; sleep 60")
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
    assert Library("pack", tmp_path).await_path() == tmp_path


def edit(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


# Each kind of file that a compiler reads, from the pack's folder.
@pytest.mark.parametrize("name", ["library.cpp", "a.h", "sub/a.h", "x.inc", "x.ipp", "../../shared/a b.h"])
def test_an_edit_of_any_file_that_was_read_makes_another_library(
    cases: Path, environment: Environment, folder: Path, name: str
) -> None:
    file = cases / "two" / name
    edit(file, "// before")
    edit(cases / "two" / "headers", name.replace(" ", "\\ ") if name != "library.cpp" else "")
    before = compiled(cases, environment, folder)["two"]
    assert before in (find_libraries(cases, environment, folder) or ())
    edit(file, "// behind")
    assert find_libraries(cases, environment, folder) is None
    behind = compiled(cases, environment, folder)["two"]
    assert behind != before
    edit(file, "// before")
    assert compiled(cases, environment, folder)["two"] == before


def test_a_file_that_was_not_read_makes_no_other_library(
    cases: Path, environment: Environment, folder: Path
) -> None:
    before = compiled(cases, environment, folder)
    edit(cases / "two" / "unread.h", "// new")
    assert find_libraries(cases, environment, folder) == frozenset(before.values())
    assert compiled(cases, environment, folder) == before


@pytest.mark.parametrize(
    ("directive", "name"),
    [('#include "late.h"', "late.h"), ("#if __has_include(<late.h>)", "../../include/late.h")],
)
def test_a_header_that_would_now_be_found_first_makes_another_library(
    cases: Path,
    environment: Environment,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    directive: str,
    name: str,
) -> None:
    monkeypatch.setenv("CPATH", "../../include")
    (cases.parent / "include").mkdir()
    edit(cases / "two" / "library.cpp", directive)
    before = compiled(cases, environment, folder)["two"]
    assert compiled(cases, environment, folder)["two"] == before
    edit(cases / "two" / name, "// new")
    assert find_libraries(cases, environment, folder) is None
    assert compiled(cases, environment, folder)["two"] != before


def test_other_include_folders_of_the_environment_make_another_library(
    cases: Path, environment: Environment, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {compiled(cases, environment, folder)["two"]}
    for name in ("CPATH", "CPLUS_INCLUDE_PATH"):
        monkeypatch.setenv(name, "include")
        assert find_libraries(cases, environment, folder) is None
        seen.add(compiled(cases, environment, folder)["two"])
    assert len(seen) == 3


def test_a_header_of_pytorch_is_marked_by_size_and_time(
    cases: Path, environment: Environment, folder: Path, torch_root: Path
) -> None:
    header = torch_root / "include" / "ATen" / "ATen.h"
    edit(cases / "two" / "headers", str(header))
    compiled(cases, environment, folder)
    (said,) = (folder / "libraries").glob("two-*.json")
    assert json.loads(said.read_text())["reads"][str(header)].startswith("stat ")
    header.write_text("// another")
    assert find_libraries(cases, environment, folder) is None


def test_a_library_whose_source_was_saved_while_it_was_compiled_is_not_found_again(
    cases: Path, environment: Environment, folder: Path, compiler: Path
) -> None:
    shutil.rmtree(cases / "one")
    write_compiler(compiler, 'sleep 0.02; [ -e saved ] || { touch saved; echo "// saved" > library.cpp; }')
    first = compiled(cases, environment, folder)["two"]
    assert first.read_text() == "made\n"
    assert find_libraries(cases, environment, folder) is None
    second = compiled(cases, environment, folder)["two"]
    assert second != first
    assert compiled(cases, environment, folder)["two"] == second


def test_a_library_without_a_list_of_what_was_read_is_compiled_anew(
    cases: Path, environment: Environment, folder: Path, calls: Path
) -> None:
    library = compiled(cases, environment, folder)["two"]
    library.with_suffix(".json").unlink()
    assert find_libraries(cases, environment, folder) is None
    assert compiled(cases, environment, folder)["two"] == library
    assert times_linked(calls) == 3


@pytest.mark.parametrize("content", ["", "[]", '{"checksum": 1}', "no JSON"])
def test_a_list_that_is_damaged_counts_for_nothing(
    cases: Path, environment: Environment, folder: Path, content: str
) -> None:
    library = compiled(cases, environment, folder)["two"]
    library.with_suffix(".json").write_text(content)
    assert find_libraries(cases, environment, folder) is None
    assert compiled(cases, environment, folder)["two"] == library


def test_nothing_is_current_without_a_compiler(
    cases: Path, environment: Environment, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(cases, environment, folder)
    monkeypatch.setenv("CXX", "/none")
    assert find_libraries(cases, environment, folder) is None
