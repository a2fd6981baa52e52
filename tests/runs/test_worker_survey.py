"""What a worker said of its cases reads back as it was said, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.environments.worker_messages import CaseListing, Hello, ListedCase
from graph_goldens.errors import ToolError
from graph_goldens.runs.worker_survey import Survey, load_survey, save_survey

HELLO = Hello(
    "2.13.0+cpu", "abc", False, None, "3.11.7", "Linux-x86_64", {"x": True}, ("export", "make-fx-real"), 1
)
LISTING = CaseListing((ListedCase("p/a", ("export",), "d1", "p/a.py", 3),), ())
SURVEY = Survey(HELLO, LISTING, {"torch": "1"}, {"p/a.py": "f"}, "i")


def test_a_survey_reads_back_as_it_was_written(tmp_path: Path) -> None:
    save_survey(SURVEY, tmp_path / "cache" / "survey.json")
    assert load_survey(tmp_path / "cache" / "survey.json") == SURVEY
    assert SURVEY.keys == [("p/a", "export")]


def test_it_holds_as_long_as_neither_files_nor_environment_change() -> None:
    assert SURVEY.holds({"torch": "1"}, {"p/a.py": "f"})
    assert not SURVEY.holds({"torch": "2"}, {"p/a.py": "f"})
    assert not SURVEY.holds({"torch": "1"}, {"p/a.py": "f", "p/b.py": "f"})
    assert not SURVEY.holds({"torch": "1"}, {})


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
        save_survey(replace(SURVEY, imports="j"), tmp_path / "cache" / "survey.json")
    assert load_survey(tmp_path / "cache" / "survey.json") is None
