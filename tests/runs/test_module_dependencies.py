"""A module matters to those that import it; one that acts when it is imported matters to all."""

from pathlib import Path

import pytest

from graph_goldens.runs.module_dependencies import ModuleDependencies

SILENT = [
    "",
    "import torch\nfrom torch import nn\nX = 1\nY: int | None = None",
    "from graph_goldens import Case, case\n@case\ndef one() -> Case: ...",
    "import enum\nclass A(enum.Enum):\n    B = 1\n    def f(self, x=(1, 2)): return g(x)",
    "from collections.abc import Sequence\nT = Sequence[tuple[str, int]]\nf = lambda x: x.sin()",
]
ACTING = [
    "register('an operator')",
    "T = {}\nT['b'] = 1",
    "import torch\ntorch.sin = torch.cos",
    "x = f()",
    "for x in (1, 2):\n    pass",
    "import numpy",
    "def f(x=g()): ...",
    "@register\ndef f(): ...",
    "class A(metaclass=M): ...",
    "from cases.p.base import Base\nclass A(Base): ...",
    "from cases.p.tables import TABLE\nx = TABLE['new']",
    "class A:\n    print(1)",
    "this is no Python",
]
USES = [
    "from cases.p.helper import f",
    "from cases.p.helper import *",
    "from .helper import f",
    "from . import helper",
    "import cases.p.helper",
    "import cases.p.helper as h",
    "from cases import p",
    "def f():\n    from .helper import g",
    "import importlib\ndef f(): importlib.import_module('cases.p.helper')",
    "def f(): exec(text)",
    "import sys\ndef f(): return sys.modules['cases.p.helper']",
]


def _make(folder: Path, **texts: str) -> ModuleDependencies:
    files = {f"cases.p.{name}": folder / f"{name}.py" for name in texts}
    for file, text in zip(files.values(), texts.values(), strict=True):
        file.write_text(text)
    return ModuleDependencies({name: str(file) for name, file in files.items()}, "cases")


@pytest.mark.parametrize("text", SILENT)
def test_a_module_that_only_binds_names_is_silent(tmp_path: Path, text: str) -> None:
    assert _make(tmp_path, one=text).silent == {str(tmp_path / "one.py")}


@pytest.mark.parametrize("text", ACTING)
def test_a_module_that_does_more_is_not(tmp_path: Path, text: str) -> None:
    assert _make(tmp_path, one=text).silent == set()


@pytest.mark.parametrize("text", USES)
def test_whatever_way_a_module_is_imported_it_is_found(tmp_path: Path, text: str) -> None:
    found = _make(tmp_path, one=text, helper="x = 1").find(str(tmp_path / "one.py"))
    assert found == {str(tmp_path / "one.py"), str(tmp_path / "helper.py")}


def test_what_an_imported_module_imports_is_found_and_nothing_else(tmp_path: Path) -> None:
    modules = _make(
        tmp_path, one="from .two import x", two="from .three import x", three="x = 1", four="x = 1"
    )
    found = modules.find(str(tmp_path / "one.py"))
    assert {Path(file).stem for file in found} == {"one", "two", "three"}


def test_a_module_elsewhere_acts(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text("x = 1")
    assert ModuleDependencies({"tools": str(tmp_path / "tools.py")}, "cases").silent == set()
