"""Captures are kept for as long as nothing that they depend on has changed, and no longer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.errors import ToolError
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Capture, Fault, FaultKind, Outcome, Record, dump_capture
from graph_goldens.runs.capture_cache import Kept, Lack, compute_checksum

A, B = Key("p/a", "export"), Key("p/b", "export")
NOW = {"torch": "1", "code": "1", "source": "s"}


def _capture(
    case: str = "p/a",
    text: str = "",
    outcome: Outcome = Outcome.GRAPHS,
    source: str = "s",
    fault: Fault | None = None,
) -> Capture:
    record = Record(case, "export", outcome, artifacts=(Artifact("program.code", text),), source=source)
    return Capture(record, fault=fault)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "cache" / "captures.tsv")


def test_what_is_kept_is_given_again_and_the_last_of_a_key_counts(kept: Kept) -> None:
    assert kept.look({A: NOW}).lacking == {A: Lack.NEVER}
    kept.add(_capture("p/b"), NOW)
    kept.add(_capture(text="old"), NOW)
    kept.add(_capture(text="a\tb\n\ud800é"), NOW)
    looked = kept.look({A: NOW, B: NOW})
    assert looked.captures == {A: _capture(text="a\tb\n\ud800é"), B: _capture("p/b")}
    assert looked.lacking == {}


def test_it_says_which_dependencies_changed(kept: Kept) -> None:
    kept.add(_capture(), NOW)
    looked = kept.look({A: {**NOW, "torch": "2", "code": "2"}})
    assert looked.captures == {}
    assert looked.lacking == {A: ("torch", "code")}


def test_going_back_to_what_was_before_finds_what_was_kept_then(kept: Kept) -> None:
    other = {**NOW, "torch": "2"}
    kept.add(_capture(text="one"), NOW)
    kept.add(_capture(text="two"), other)
    assert kept.look({A: NOW}).captures == {A: _capture(text="one")}
    assert kept.look({A: other}).captures == {A: _capture(text="two")}


@pytest.mark.parametrize(
    "capture",
    [
        _capture(outcome=Outcome.CRASH),
        _capture(outcome=Outcome.TIMEOUT),
        _capture(fault=Fault(FaultKind.HARNESS, "it failed")),
    ],
)
def test_a_crash_a_timeout_and_a_fault_are_captured_again(kept: Kept, capture: Capture) -> None:
    kept.add(_capture(), NOW)
    kept.add(capture, NOW)
    assert kept.look({A: NOW}).lacking == {A: Lack.FLEETING}


def test_a_record_without_a_source_is_captured_again(kept: Kept) -> None:
    depends = {**NOW, "source": ""}
    kept.add(_capture(source=""), depends)
    assert kept.look({A: depends}).captures == {}


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_line_that_was_cut_off_costs_only_itself(kept: Kept, cut: int) -> None:
    kept.add(_capture(), NOW)
    kept.add(_capture("p/b"), NOW)
    kept.file.write_bytes(kept.file.read_bytes()[:-cut])
    assert A in kept.look({A: NOW}).captures
    kept.add(_capture("p/b"), NOW)
    assert kept.look({A: NOW, B: NOW}).captures.keys() == {A, B}


@given(st.data())
def test_a_flipped_byte_gives_the_capture_as_it_was_or_none(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    kept = Kept(tmp_path_factory.mktemp("kept") / "captures.tsv")
    kept.add(_capture(text="x = 1"), NOW)
    raw = bytearray(kept.file.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    kept.file.write_bytes(raw)
    looked = kept.look({A: NOW})
    assert looked.captures in ({}, {A: _capture(text="x = 1")})
    kept.add(_capture(text="x = 1"), NOW)
    assert kept.look({A: NOW}).captures == {A: _capture(text="x = 1")}


def test_a_damaged_entry_is_told_from_one_that_never_was(kept: Kept) -> None:
    kept.add(_capture(text="x = 1"), NOW)
    kept.file.write_bytes(kept.file.read_bytes().replace(b"x = 1", b"x = 2"))
    assert kept.look({A: NOW, B: NOW}).lacking == {A: Lack.UNREADABLE, B: Lack.NEVER}


@given(st.binary(max_size=200))
def test_nonsense_in_the_file_is_as_good_as_nothing(
    tmp_path_factory: pytest.TempPathFactory, nonsense: bytes
) -> None:
    kept = Kept(tmp_path_factory.mktemp("kept") / "captures.tsv")
    kept.file.write_bytes(nonsense)
    assert kept.look({A: NOW}).captures == {}
    kept.add(_capture(), NOW)
    assert kept.look({A: NOW}).captures == {A: _capture()}


@pytest.mark.parametrize(
    "line",
    [
        "p/a",
        "p/a\texport\t{\t{}",
        "p/a\texport\t[]\t{}",
        "p/a\texport\t{}\t{}",
        'p/a\texport\t{"torch": "1", "code": "1", "source": "s"}\t[1]',
        'p/a\texport\t{"torch": "1", "code": "1", "source": "s"}\t' + dump_capture(_capture("p/b")),
    ],
)
def test_a_foreign_line_with_a_proper_checksum_is_not_believed(kept: Kept, line: str) -> None:
    kept.file.parent.mkdir()
    kept.file.write_text(f"{compute_checksum(line.encode())}\t{line}\n")
    assert kept.look({A: NOW}).captures == {}


def test_a_file_of_many_repeats_is_written_anew(kept: Kept) -> None:
    for number in range(10):
        kept.add(_capture(text=str(number)), NOW)
    kept.add(_capture("p/b"), NOW)
    kept.tidy()
    assert len(kept.file.read_bytes().splitlines()) == 2
    assert kept.look({A: NOW, B: NOW}).captures == {A: _capture(text="9"), B: _capture("p/b")}


def test_tidying_what_is_not_there_or_tidy_changes_nothing(kept: Kept) -> None:
    kept.tidy()
    assert not kept.file.exists()
    kept.add(_capture(), NOW)
    before = kept.file.read_bytes()
    kept.tidy()
    assert kept.file.read_bytes() == before


def test_a_place_that_cannot_be_written_is_told_and_reads_as_empty(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    kept = Kept(tmp_path / "cache" / "captures.tsv")
    assert kept.look({A: NOW}).lacking == {A: Lack.NEVER}
    with pytest.raises(ToolError, match="cannot keep captures"):
        kept.add(_capture(), NOW)
