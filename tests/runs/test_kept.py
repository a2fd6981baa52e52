"""Captures are kept for as long as nothing that they depend on has changed, and no longer."""

from pathlib import Path

import pytest

from harness.records import Capture, Outcome, Record
from harness.runs.kept import Kept, identity

SOURCES = {"p/a": "1", "p/b": "2"}


def _capture(
    case: str = "p/a", source: str = "1", outcome: Outcome = Outcome.GRAPHS, fault: str = ""
) -> Capture:
    return Capture(Record(case, "export", outcome, source=source), fault=fault)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "captures" / "torch.jsonl", "one")


def test_what_is_kept_is_given_again_and_the_last_of_a_key_counts(kept: Kept) -> None:
    assert kept.load(SOURCES) == {}
    kept.add(_capture("p/b", "2"))
    kept.add(_capture(outcome=Outcome.ERROR))
    kept.add(_capture())
    assert kept.load(SOURCES) == {("p/a", "export"): _capture(), ("p/b", "export"): _capture("p/b", "2")}


@pytest.mark.parametrize(
    "capture",
    [
        _capture(source="0"),
        _capture(source=""),
        _capture("p/gone"),
        _capture(outcome=Outcome.CRASH),
        _capture(outcome=Outcome.TIMEOUT),
        _capture(fault="the harness failed"),
    ],
)
def test_an_edited_case_a_crash_and_a_fault_are_captured_again(kept: Kept, capture: Capture) -> None:
    kept.add(capture)
    assert kept.load(SOURCES) == {}


def test_another_build_or_other_rules_forget_everything(kept: Kept) -> None:
    kept.add(_capture())
    other = Kept(kept.file, "two")
    assert other.load(SOURCES) == {}
    other.add(_capture("p/b", "2"))
    assert list(other.load(SOURCES)) == [("p/b", "export")]
    assert kept.load(SOURCES) == {}


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_line_that_was_cut_off_costs_only_itself(kept: Kept, cut: int) -> None:
    kept.add(_capture())
    kept.add(_capture("p/b", "2"))
    kept.file.write_bytes(kept.file.read_bytes()[:-cut])
    assert ("p/a", "export") in kept.load(SOURCES)
    kept.add(_capture("p/b", "2"))
    assert ("p/a", "export") in kept.load(SOURCES)


def test_nonsense_in_the_file_is_captured_again(kept: Kept) -> None:
    kept.file.parent.mkdir()
    kept.file.write_bytes(b"\xff\xfe nonsense \x00")
    assert kept.load(SOURCES) == {}
    kept.add(_capture())
    assert kept.load(SOURCES) == {("p/a", "export"): _capture()}


def test_a_file_of_many_repeats_is_written_anew(kept: Kept) -> None:
    for _ in range(10):
        kept.add(_capture())
    assert kept.load(SOURCES) == {("p/a", "export"): _capture()}
    assert len(kept.file.read_bytes().splitlines()) == 2
    assert kept.load(SOURCES) == {("p/a", "export"): _capture()}


def test_the_identity_follows_environment_and_code(tmp_path: Path) -> None:
    code = tmp_path / "rules.py"
    code.write_text("one")
    first = identity({"torch": "2.13.0"}, [code])
    assert identity({"torch": "2.13.0"}, [code]) == first
    assert identity({"torch": "2.14.1"}, [code]) != first
    code.write_text("two")
    assert identity({"torch": "2.13.0"}, [code]) != first
