"""Cases are found in the modules of the packs; a module that is broken is named, not raised."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_goldens.cases.discovery import find_cases, find_modules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    before = dict(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - set(before):
        if name.split(".")[0] == "cases":
            del sys.modules[name]


def _write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("from graph_goldens import Case, case\n" + text)


def test_a_case_has_its_functions_name_and_its_folders_pack(folder: Path) -> None:
    _write(folder, "shapes/views.py", "\n@case\ndef flat(): return Case(None)\n\ndef helper(): return 1\n")
    cases, broken = find_cases(folder)
    assert broken == []
    assert list(cases) == ["shapes/flat"]
    assert (cases["shapes/flat"].file, cases["shapes/flat"].line) == ("shapes/views.py", 3)


def test_modules_of_a_pack_import_each_other_both_ways(folder: Path) -> None:
    _write(folder, "p/objects.py", "def one(): return 1\n")
    _write(folder, "p/a.py", "from .objects import one\n@case\ndef a(): return Case(None, args=(one(),))\n")
    _write(
        folder,
        "p/b.py",
        "from cases.p.objects import one\n@case\ndef b(): return Case(None, args=(one(),))\n",
    )
    cases, broken = find_cases(folder)
    assert (sorted(cases), broken) == (["p/a", "p/b"], [])


def test_a_case_that_is_imported_is_found_once_where_it_is_written(folder: Path) -> None:
    _write(folder, "p/a.py", "@case\ndef a(): return Case(None)\n")
    _write(folder, "p/b.py", "from .a import a\n")
    cases, broken = find_cases(folder)
    assert (list(cases), broken) == (["p/a"], [])


def test_a_module_that_raises_is_named_with_its_error_and_the_others_are_found(folder: Path) -> None:
    _write(folder, "p/bad.py", "import not_there_at_all\n")
    _write(folder, "p/good.py", "@case\ndef good(): return Case(None)\n")
    cases, (broken,) = find_cases(folder)
    assert list(cases) == ["p/good"]
    assert broken.file == "p/bad.py"
    assert broken.error == "ModuleNotFoundError: No module named 'not_there_at_all'"


def test_two_cases_of_one_name_in_a_pack_are_refused(folder: Path) -> None:
    _write(folder, "p/a.py", "@case\ndef same(): return Case(None)\n")
    _write(folder, "p/b.py", "@case\ndef same(): return Case(None)\n")
    _, (broken,) = find_cases(folder)
    assert (broken.file, broken.error) == ("p/b.py", "case p/same is also in p/a.py")


def test_a_module_outside_any_pack_belongs_to_the_folders_own(folder: Path) -> None:
    _write(folder, "alone.py", "")
    _write(folder, "_private.py", "")
    assert [(pack, file.name) for pack, file in find_modules(folder)] == [(folder.name, "alone.py")]
