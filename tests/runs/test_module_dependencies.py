"""A module matters to those that import it; one that acts when it is imported matters to all."""

from pathlib import Path

import pytest

from graph_goldens.runs.module_dependencies import ModuleDependencies

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
    return ModuleDependencies({name: str(file) for name, file in files.items()}, frozenset({"cases"}))


def test_a_module_that_only_binds_names_is_silent_and_one_that_does_more_is_not(tmp_path: Path) -> None:
    modules = _make(tmp_path, one="x = 1", two="register('an operator')")
    assert modules.silent == {str(tmp_path / "one.py")}


def test_one_that_cannot_be_read_may_use_all_others(tmp_path: Path) -> None:
    assert _make(tmp_path, one="x = 1", two="this is no Python").silent == set()


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
    assert ModuleDependencies({"tools": str(tmp_path / "tools.py")}, frozenset({"cases"})).silent == set()


@pytest.mark.parametrize("use", ["from .names import NAME", "from . import between"])
def test_what_a_module_that_acts_has_imported_matters_to_all(tmp_path: Path, use: str) -> None:
    modules = _make(
        tmp_path,
        acts=f"{use}\nregister(NAME)",
        between="from .names import NAME",
        names="NAME = 'an operator'",
        other="x = 1",
    )
    assert str(tmp_path / "names.py") not in modules.silent
    assert str(tmp_path / "other.py") in modules.silent
