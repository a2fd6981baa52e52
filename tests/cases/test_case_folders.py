"""Several folders of packs are one package: files are named, located and shown by the folder they lie in."""

from pathlib import Path

import pytest

from graph_goldens.cases.case_digests import digest_cases
from graph_goldens.cases.case_folders import (
    SeveralFolders,
    join_folders,
    list_case_options,
    list_folders,
    locate_file,
    name_file,
    show_file,
)
from graph_goldens.cases.claim_sources import read_written_claims
from graph_goldens.cases.claims import Fact
from graph_goldens.cases.discovery import find_cases
from graph_goldens.cases.packs import find_modules
from graph_goldens.cases.possible_cases import read_possible_cases
from graph_goldens.cases.program_sources import read_program_sources

CASE = """
from cases.shared.helper import WANTED, make
from graph_goldens import Case, Fact, case


@case
def one() -> Case:
    return Case(make(), claims=(Fact("same_as_eager", WANTED),))
"""
HELPER = """
WANTED = True


def make():
    return abs
"""


@pytest.fixture
def place(tmp_path: Path) -> SeveralFolders:
    for name, text in {"a/p/one.py": CASE, "b/q/other.py": CASE, "b/shared/helper.py": HELPER}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = join_folders([tmp_path / "a", tmp_path / "b"])
    assert isinstance(found, SeveralFolders)
    return found


def test_one_folder_is_itself(tmp_path: Path) -> None:
    assert join_folders([tmp_path]) == tmp_path
    assert list_folders(tmp_path) == (tmp_path,)
    assert name_file(tmp_path, tmp_path / "p" / "one.py") == Path("p/one.py")
    assert locate_file(tmp_path, "p/one.py") == tmp_path / "p" / "one.py"


def test_a_file_is_named_and_located_in_the_folder_that_has_it(place: SeveralFolders, tmp_path: Path) -> None:
    file = tmp_path / "b" / "q" / "other.py"
    assert name_file(place, file) == Path("q/other.py")
    assert locate_file(place, "q/other.py") == file
    assert locate_file(place, "q/not_there.py") == tmp_path / "a" / "q" / "not_there.py"
    assert list_case_options(place) == ["--cases", str(tmp_path / "a"), "--cases", str(tmp_path / "b")]


def test_a_file_is_shown_from_the_project_where_there_are_several(
    place: SeveralFolders, tmp_path: Path
) -> None:
    file = tmp_path / "b" / "q" / "other.py"
    assert show_file(place, file, tmp_path) == "b/q/other.py"
    assert show_file(tmp_path / "b", file, tmp_path) == "b/q/other.py"
    assert show_file(place, file, tmp_path / "elsewhere") == "b/q/other.py"
    assert show_file(place, tmp_path / "data.bin", tmp_path) == "data.bin"


def test_cases_of_all_folders_are_found_and_import_from_each_other(place: SeveralFolders) -> None:
    found = find_cases(place)
    assert [str(mistake) for mistake in found.mistakes] == []
    assert {name: case.file for name, case in found.cases.items()} == {
        "p/one": "p/one.py",
        "q/one": "q/other.py",
    }
    assert [pack for pack, _ in find_modules(place)] == ["p", "q", "shared"]


def test_what_is_read_of_sources_is_read_across_folders(place: SeveralFolders, tmp_path: Path) -> None:
    cases = {"p/one", "q/one"}
    assert read_possible_cases(place).names == cases
    assert read_program_sources(place, cases).keys() == cases
    written = read_written_claims(place)
    assert {case: each.claims for case, each in written.items()} == dict.fromkeys(
        cases, (Fact("same_as_eager", True),)
    )
    before = digest_cases(place)
    (tmp_path / "b" / "shared" / "helper.py").write_text(HELPER.replace("abs", "len"))
    after = digest_cases(place)
    assert before.keys() == after.keys() == cases
    assert all(before[case] != after[case] for case in cases)
