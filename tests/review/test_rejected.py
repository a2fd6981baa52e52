"""What was rejected is remembered for exactly that record and that golden."""

from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.errors import ToolError, UserError
from graph_goldens.records import Outcome, Record
from graph_goldens.review.rejected import Rejection, load_rejections, make_rejection, save_rejections

RECORD = Record("p/a", "export", Outcome.GRAPHS, facts={"graphs": 2}, source="1")
GOLDEN = Record("p/a", "export", Outcome.GRAPHS, facts={"graphs": 1}, source="1")


def test_rejections_read_back_as_they_were_written(tmp_path: Path) -> None:
    assert load_rejections(tmp_path) == ()
    written = (make_rejection(RECORD, GOLDEN, "reported → é\nupstream"), make_rejection(RECORD, None))
    save_rejections(tmp_path, written)
    assert load_rejections(tmp_path) == written
    save_rejections(tmp_path, ())
    assert load_rejections(tmp_path) == ()


def test_another_reason_or_revision_of_the_case_is_the_same_rejection() -> None:
    first = make_rejection(RECORD, GOLDEN, "why").identity
    assert make_rejection(RECORD, GOLDEN, "other").identity == first
    assert make_rejection(replace(RECORD, source="2"), GOLDEN).identity == first


@pytest.mark.parametrize(
    ("given", "held"),
    [
        (replace(RECORD, facts={"graphs": 3}), GOLDEN),
        (RECORD, replace(GOLDEN, facts={"graphs": 0})),
        (RECORD, None),
        (replace(RECORD, path="export-strict"), GOLDEN),
    ],
)
def test_another_record_or_golden_is_another_rejection(given: Record, held: Record | None) -> None:
    assert make_rejection(given, held).identity != make_rejection(RECORD, GOLDEN).identity


@pytest.mark.parametrize("text", ["nonsense", "[]", '{"case": "p/a"}', '{"case": 1, "path": "x"}', "\udcff"])
def test_what_holds_no_rejections_is_told_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "rejected.jsonl").write_text(text, errors="surrogateescape")
    with pytest.raises(UserError, match="does not hold what was rejected; delete it"):
        load_rejections(tmp_path)


def test_a_file_that_cannot_be_read_or_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "rejected.jsonl").mkdir()
    with pytest.raises(ToolError, match="cannot read"):
        load_rejections(tmp_path)
    with pytest.raises(ToolError, match="cannot write"):
        save_rejections(tmp_path, [Rejection("p/a", "export", "1", "2")])
    assert [file.name for file in tmp_path.iterdir()] == ["rejected.jsonl"]
