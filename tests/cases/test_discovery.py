"""Cases are found in the modules of the packs; a module that is broken is named, not raised."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_goldens.cases.discovery import find_cases
from graph_goldens.cases.packs import find_modules


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
    found = find_cases(folder)
    cases, broken = found.cases, found.mistakes
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
    found = find_cases(folder)
    cases, broken = found.cases, found.mistakes
    assert (sorted(cases), broken) == (["p/a", "p/b"], [])


def test_a_case_that_is_imported_is_found_once_where_it_is_written(folder: Path) -> None:
    _write(folder, "p/a.py", "@case\ndef a(): return Case(None)\n")
    _write(folder, "p/b.py", "from .a import a\n")
    found = find_cases(folder)
    cases, broken = found.cases, found.mistakes
    assert (list(cases), broken) == (["p/a"], [])


def test_a_module_that_raises_is_named_with_its_error_and_the_others_are_found(folder: Path) -> None:
    _write(folder, "p/bad.py", "import not_there_at_all\n")
    _write(folder, "p/good.py", "@case\ndef good(): return Case(None)\n")
    found = find_cases(folder)
    cases, (broken,) = found.cases, found.mistakes
    assert list(cases) == ["p/good"]
    assert broken.file == "p/bad.py"
    assert broken.error.startswith("ModuleNotFoundError: No module named 'not_there_at_all'; say ")
    assert '`requires = ["not_there_at_all"]`' in broken.error
    assert "[tool.goldens.packs.p]" in broken.error


def test_a_module_of_the_projects_own_that_is_missing_is_no_package(folder: Path) -> None:
    _write(folder, "p/bad.py", "import cases.p.helpers\n")
    (broken,) = find_cases(folder).mistakes
    assert broken.error == "ModuleNotFoundError: No module named 'cases.p.helpers'"


def test_two_cases_of_one_name_in_a_pack_are_refused(folder: Path) -> None:
    _write(folder, "p/a.py", "@case\ndef same(): return Case(None)\n")
    _write(folder, "p/b.py", "@case\ndef same(): return Case(None)\n")
    (broken,) = find_cases(folder).mistakes
    assert (broken.file, broken.error) == ("p/b.py", "case p/same is also in p/a.py")


def test_a_module_outside_any_pack_belongs_to_the_folders_own(folder: Path) -> None:
    _write(folder, "alone.py", "")
    _write(folder, "_private.py", "")
    assert [(pack, file.name) for pack, file in find_modules(folder)] == [(folder.name, "alone.py")]


def _errors(folder: Path) -> dict[str, str]:
    return {mistake.file: mistake.error for mistake in find_cases(folder).mistakes}


def test_a_module_that_raises_costs_the_cases_that_its_source_names(folder: Path) -> None:
    _write(folder, "p/bad.py", "@case\ndef one(): return Case(None)\nraise ValueError('no')\n")
    (mistake,) = find_cases(folder).mistakes
    assert (mistake.cases, mistake.error) == (("p/one",), "ValueError: no")
    assert str(mistake) == "the case module p/bad.py cannot be used: ValueError: no"


def test_a_module_that_is_known_to_be_unusable_is_not_imported(folder: Path) -> None:
    _write(folder, "p/bad.py", "@case\ndef one(): return Case(None)\nraise SystemExit\n")
    found = find_cases(folder, unusable={"p/bad.py": "it hangs"})
    assert [(each.file, each.error, each.cases) for each in found.mistakes] == [
        ("p/bad.py", "it hangs", ("p/one",))
    ]


def test_parentheses_behind_the_mark_are_told(folder: Path) -> None:
    _write(folder, "p/a.py", "@case()\ndef one(): return Case(None)\n")
    assert _errors(folder)["p/a.py"] == (
        "TypeError: @case is written above a function, without arguments or parentheses"
    )


def test_a_case_that_cannot_be_read_from_the_source_is_told(folder: Path) -> None:
    _write(
        folder,
        "p/a.py",
        "def make():\n    def one(): return Case(None)\n    return case(one)\none = make()\n",
    )
    found = find_cases(folder)
    assert found.cases == {}
    assert "p/one is marked as a case in a way that cannot be read from its source" in found.mistakes[0].error


def test_another_name_for_a_case_is_no_other_case(folder: Path) -> None:
    _write(folder, "p/a.py", "@case\ndef one(): return Case(None)\nagain = one\n")
    found = find_cases(folder)
    assert (list(found.cases), found.mistakes) == (["p/one"], [])


def test_a_case_that_is_defined_twice_is_told_and_not_captured(folder: Path) -> None:
    _write(folder, "p/a.py", "@case\ndef one(): return Case(None)\n@case\ndef one(): return Case(abs)\n")
    found = find_cases(folder)
    assert (found.cases, _errors(folder)) == ({}, {"p/a.py": "the case one is defined twice in this module"})


def test_names_that_differ_by_case_alone_and_names_that_name_no_file_are_told(folder: Path) -> None:
    _write(
        folder,
        "p/a.py",
        f"@case\ndef foo(): return Case(None)\n@case\ndef {'x' * 201}(): return Case(None)\n",
    )
    _write(folder, "p/b.py", "@case\ndef Foo(): return Case(None)\n@case\ndef aux(): return Case(None)\n")
    found = find_cases(folder)
    assert list(found.cases) == ["p/foo"]
    errors = [mistake.error for mistake in found.mistakes]
    assert errors == [
        f"the name {'x' * 60!r} is longer than 200 bytes",
        "case p/Foo is also p/foo where a file system ignores case",
        "the name 'aux' cannot name a file on Windows, or names a hidden one",
    ]


def test_cases_in_private_modules_or_too_deep_are_told_and_helpers_there_are_not(folder: Path) -> None:
    case = "@case\ndef one(): return Case(None)\n"
    for name in ("p/_private.py", "p/deep/some.py", "p/q/r/other.py"):
        _write(folder, name, case)
    _write(folder, "p/deep/helper.py", "def help(): return 1\n")
    errors = _errors(folder)
    assert set(errors) == {"p/_private.py", "p/deep/some.py", "p/q/r/other.py"}
    assert all(error.startswith("one is not found: cases lie in modules") for error in errors.values())
