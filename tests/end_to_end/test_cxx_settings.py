"""C++ sources of a pack that need headers and libraries of the project's: `include` and `libraries`."""

import subprocess
from pathlib import Path

import pytest

from graph_goldens.environments.cxx_compiler import locate_compiler
from tests.end_to_end.example import Example, make_alone

SETTINGS = """
[tool.goldens.packs.linked]
include = ["third_party/include"]
libraries = ["m", "build/libfactor.so"]
"""
# What needs no header of PyTorch compiles in a moment: it tells the case a number through a variable.
SOURCE = """
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mine/factor.h>
__attribute__((constructor)) void tell() {
  char text[16];
  int three = static_cast<int>(std::cbrt(std::atof("27")));
  std::snprintf(text, sizeof text, "%d", find_factor() + ADDED + three);
  setenv("FACTOR", text, 1);
}
"""
HEADER = "int find_factor();\n#define ADDED {}\n"
LIBRARY = "int find_factor() {{ return {}; }}\n"
CASE = """
import ctypes

import torch
from graph_goldens import Case, case

tell = ctypes.CDLL(None).getenv
tell.restype = ctypes.c_char_p


@case
def scaled() -> Case:
    factor = int(tell(b"FACTOR"))
    return Case(lambda x: x * factor, args=(torch.ones(4),), paths=("make-fx-real",))
"""


def make_library(root: Path, factor: int) -> None:
    """Compile a small library of the project's own, as its build would."""
    (root / "build").mkdir(exist_ok=True)
    (root / "build" / "factor.cpp").write_text(LIBRARY.format(factor))
    command = [*locate_compiler(), "-shared", "-fPIC", "-o", "libfactor.so", "factor.cpp"]
    subprocess.run(command, cwd=root / "build", check=True)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Example:
    root = tmp_path_factory.mktemp("linked")
    make_library(root, 30)
    header = root / "third_party" / "include" / "mine" / "factor.h"
    header.parent.mkdir(parents=True)
    header.write_text(HEADER.format(9))
    return make_alone(root, {"linked/sums.py": CASE, "linked/library.cpp": SOURCE}, SETTINGS)


def test_a_header_of_an_include_folder_and_a_library_are_what_the_source_is_made_of(linked: Example) -> None:
    assert "wrote 1 golden" in linked.run("update", code=0).output
    assert "torch.ops.aten.mul.Tensor(x_1, 42)" in linked.golden("linked/scaled", "make-fx-real").read_text()
    checked = linked.run("check", code=0)
    assert "starting a worker" not in checked.errors


def test_an_edit_of_the_header_or_of_the_library_is_noticed(linked: Example) -> None:
    header = linked.root / "third_party" / "include" / "mine" / "factor.h"
    header.write_text(HEADER.format(10))
    assert "`42` → `43`" in linked.run("check", code=1).output
    header.write_text(HEADER.format(9))
    make_library(linked.root, 40)
    assert "`42` → `52`" in linked.run("check", code=1).output


def test_what_cannot_be_linked_is_one_sentence(linked: Example) -> None:
    settings = linked.root / "pyproject.toml"
    settings.write_text(settings.read_text().replace('"m"', '"none_such"'))
    ended = linked.run("check", code=70)
    assert "the C++ library of the pack linked does not compile" in ended.last_error
    assert "-lnone_such" in ended.last_error
