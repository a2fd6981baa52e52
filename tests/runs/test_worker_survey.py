"""What a worker said of its cases reads back as it was said, or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.environments.worker_messages import CaseListing, Hello, ListedCase
from graph_goldens.errors import ToolError
from graph_goldens.file_marks import MISSING, Disk, mark_content
from graph_goldens.runs.worker_survey import Survey, load_survey, save_survey

HELLO = Hello(
    "2.13.0+cpu", "abc", False, None, "3.11.7", "Linux-x86_64", {"x": True}, ("export", "make-fx-real"), 1
)
CASE = ListedCase("p/a", ("export",), "d1", "p/a.py", 3)
LISTING = CaseListing((CASE,), modules={"cases.p.a": "/nowhere/p/a.py"}, reads={"/nowhere/x": MISSING})
SURVEY = Survey(HELLO, LISTING, {"torch": "1"}, {"p/a.py": "f"})


def test_a_survey_reads_back_as_it_was_written(tmp_path: Path) -> None:
    save_survey(SURVEY, tmp_path / "cache" / "survey.json")
    assert load_survey(tmp_path / "cache" / "survey.json") == SURVEY
    assert SURVEY.keys == [("p/a", "export")]


def _holds(survey: Survey, depends: str = "1", files: Mapping[str, str] = SURVEY.files) -> bool:
    return survey.holds({"torch": depends}, files, Disk())


def test_it_holds_as_long_as_neither_files_nor_environment_change() -> None:
    assert _holds(SURVEY)
    assert not _holds(SURVEY, "2")
    assert not _holds(SURVEY, files={"p/a.py": "f", "p/b.py": "f"})
    assert not _holds(SURVEY, files={})


def test_it_holds_as_long_as_what_was_read_elsewhere_is_the_same(tmp_path: Path) -> None:
    library = tmp_path / "library.py"
    library.write_text("x = 1")
    reads = {str(library): mark_content(str(library)), str(tmp_path / "library.so"): MISSING}
    survey = replace(SURVEY, listing=replace(LISTING, reads=reads))
    assert _holds(survey)
    library.write_text("x = 2")
    assert not _holds(survey)
    library.write_text("x = 1")
    (tmp_path / "library.so").touch()
    assert not _holds(survey)


def test_it_never_holds_where_something_that_cannot_be_named_was_asked() -> None:
    assert not _holds(replace(SURVEY, listing=replace(LISTING, unnamed=("it asks the network",))))


@given(st.data())
def test_a_damaged_survey_is_as_good_as_none(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("cache") / "survey.json"
    save_survey(SURVEY, file)
    raw = bytearray(file.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    file.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    assert load_survey(file) is None


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(ToolError, match="cannot keep the list of cases"):
        save_survey(SURVEY, tmp_path / "cache" / "survey.json")
    assert load_survey(tmp_path / "cache" / "survey.json") is None
