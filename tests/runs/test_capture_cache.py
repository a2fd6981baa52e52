"""Captures are kept for as long as nothing that they depend on has changed, and no longer."""

import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.errors import ToolError
from graph_goldens.file_marks import Disk, mark_content
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Capture, Fault, FaultKind, Outcome, Record, dump_capture
from graph_goldens.runs import capture_cache
from graph_goldens.runs.capture_cache import (
    Dependencies,
    FileChanged,
    Kept,
    Lack,
    Looked,
    Unnameable,
    Written,
    compute_checksum,
)

A, B = Key("p/a", "export"), Key("p/b", "export")
NOW = {"torch": "1", "code": "1", "case": "s"}


def _capture(
    case: str = "p/a",
    text: str = "",
    outcome: Outcome = Outcome.GRAPHS,
    source: str = "s",
    fault: Fault | None = None,
) -> Capture:
    record = Record(case, "export", outcome, artifacts=(Artifact("program.code", text),), source=source)
    return Capture(record, fault=fault)


def _look(kept: Kept, wanted: Mapping[Key, Dependencies]) -> Looked:
    """Look as a new command does."""
    return kept.look(wanted, Disk())


def _change(kept: Kept, statement: str, *values: object) -> None:
    """Change the database behind the back of what keeps it."""
    with closing(sqlite3.connect(kept.file)) as database, database:
        database.execute(statement, values)


def _count(kept: Kept, table: str) -> int:
    with closing(sqlite3.connect(kept.file)) as database:
        return int(database.execute(f"select count(*) from {table}").fetchone()[0])


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "cache" / "captures.sqlite")


def test_what_is_kept_is_given_again_and_the_last_of_a_key_counts(kept: Kept) -> None:
    assert _look(kept, {A: NOW}).lacking == {A: Lack.NEVER}
    kept.add(_capture("p/b"), NOW)
    kept.add(_capture(text="old"), NOW)
    kept.add(_capture(text="a\tb\n\ud800é"), NOW)
    looked = _look(kept, {A: NOW, B: NOW})
    assert looked.captures == {A: _capture(text="a\tb\n\ud800é"), B: _capture("p/b")}
    assert looked.lacking == {}


def test_it_says_which_dependencies_changed(kept: Kept) -> None:
    kept.add(_capture(), NOW)
    looked = _look(kept, {A: {**NOW, "torch": "2", "code": "2"}})
    assert looked.captures == {}
    assert looked.lacking == {A: ("torch", "code")}


def test_going_back_to_what_was_before_finds_what_was_kept_then(kept: Kept) -> None:
    other = {**NOW, "torch": "2"}
    kept.add(_capture(text="one"), NOW)
    kept.add(_capture(text="two"), other)
    assert _look(kept, {A: NOW}).captures == {A: _capture(text="one")}
    assert _look(kept, {A: other}).captures == {A: _capture(text="two")}


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
    assert _look(kept, {A: NOW}).lacking == {A: Lack.FLEETING}


def test_a_record_without_a_source_is_captured_again(kept: Kept) -> None:
    depends = {**NOW, "case": ""}
    kept.add(_capture(source=""), depends)
    assert _look(kept, {A: depends}).captures == {}


def test_a_header_that_says_read_only_of_a_file_that_is_not_is_damage(kept: Kept) -> None:
    kept.add(_capture(text="x = 1"), NOW)
    raw = bytearray(kept.file.read_bytes())
    raw[18] = 3  # https://www.sqlite.org/fileformat.html, 1.3.3: above 2, the file can only be read
    kept.file.write_bytes(raw)
    kept.add(_capture(text="x = 1"), NOW)
    assert _look(kept, {A: NOW}).captures == {A: _capture(text="x = 1")}


@given(st.data())
def test_a_flipped_byte_gives_the_capture_as_it_was_or_none(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    kept = Kept(tmp_path_factory.mktemp("kept") / "captures.sqlite")
    kept.add(_capture(text="x = 1"), NOW)
    raw = bytearray(kept.file.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    kept.file.write_bytes(raw)
    looked = _look(kept, {A: NOW})
    assert looked.captures in ({}, {A: _capture(text="x = 1")})
    kept.tidy()
    kept.add(_capture(text="x = 1"), NOW)
    assert _look(kept, {A: NOW}).captures == {A: _capture(text="x = 1")}


def test_marks_that_were_written_are_written_again_only_where_they_are_gone(
    kept: Kept, tmp_path: Path
) -> None:
    file = tmp_path / "read.txt"
    file.write_text("1")
    written: Written = {}
    capture = replace(_capture(), reads={str(file): mark_content(str(file))})
    kept.add(capture, NOW, written)
    kept.add(replace(capture, seconds=1.0), NOW, written)
    assert len(written) == 1
    assert _look(kept, {A: NOW}).captures
    kept.file.unlink()
    kept.add(capture, NOW, written)
    assert _look(kept, {A: NOW}).captures


def test_a_damaged_entry_is_told_from_one_that_never_was(kept: Kept) -> None:
    kept.add(_capture(text="x = 1"), NOW)
    _change(kept, "update captures set capture = replace(capture, 'x = 1', 'x = 2')")
    assert _look(kept, {A: NOW, B: NOW}).lacking == {A: Lack.UNREADABLE, B: Lack.NEVER}


@pytest.mark.parametrize(
    ("column", "value"),
    [("depends", "[1]"), ("reads", "x"), ("capture", 7), ("checksum", ""), ("depends", "{")],
)
def test_an_entry_that_holds_something_else_counts_as_missing(kept: Kept, column: str, value: object) -> None:
    kept.add(_capture(), NOW)
    _change(kept, f"update captures set {column} = ?", value)
    assert _look(kept, {A: NOW}).lacking == {A: Lack.UNREADABLE}


def test_marks_that_were_changed_are_not_believed(kept: Kept, tmp_path: Path) -> None:
    kept.add(replace(_capture(), reads={str(tmp_path / "x"): "content 1"}), NOW)
    _change(kept, "update marks set marks = '{}'")
    assert _look(kept, {A: NOW}).lacking == {A: Lack.UNREADABLE}


@given(st.binary(max_size=200))
def test_nonsense_in_the_file_is_as_good_as_nothing(
    tmp_path_factory: pytest.TempPathFactory, nonsense: bytes
) -> None:
    kept = Kept(tmp_path_factory.mktemp("kept") / "captures.sqlite")
    kept.file.write_bytes(nonsense)
    assert _look(kept, {A: NOW}).captures == {}
    kept.add(_capture(), NOW)
    assert _look(kept, {A: NOW}).captures == {A: _capture()}


def test_a_foreign_entry_with_a_proper_checksum_is_not_believed(kept: Kept) -> None:
    """The capture of another case stands under a name, with a checksum that is right."""
    kept.add(_capture(), NOW)
    data = dump_capture(_capture("p/b")).encode()
    with closing(sqlite3.connect(kept.file)) as database:
        depends, reads = database.execute("select depends, reads from captures").fetchone()
    checksum = compute_checksum("\0".join((*A, depends, reads, "")).encode() + data)
    _change(kept, "update captures set capture = ?, checksum = ?", data, checksum)
    assert _look(kept, {A: NOW}).lacking == {A: Lack.UNREADABLE}


def test_a_file_that_the_capture_read_must_be_as_it_was(kept: Kept, tmp_path: Path) -> None:
    data, other = tmp_path / "data.json", tmp_path / "other.json"
    data.write_text("1")
    reads = {str(file): mark_content(str(file)) for file in (data, other)}
    kept.add(replace(_capture(), reads=reads), NOW)
    assert A in _look(kept, {A: NOW}).captures
    data.write_text("2")
    assert _look(kept, {A: NOW}).lacking == {A: FileChanged(str(data))}
    data.write_text("1")
    assert A in _look(kept, {A: NOW}).captures
    other.write_text("it appeared")
    assert _look(kept, {A: NOW}).lacking == {A: FileChanged(str(other))}


def test_what_cannot_be_named_is_never_reused(kept: Kept) -> None:
    kept.add(replace(_capture(), unnamed=("it starts another program",)), NOW)
    assert _look(kept, {A: NOW}).lacking == {A: Unnameable("it starts another program")}


def test_marks_that_captures_share_are_kept_once(kept: Kept, tmp_path: Path) -> None:
    reads = {str(tmp_path / str(number)): "missing" for number in range(100)}
    for case in ("p/a", "p/b"):
        kept.add(replace(_capture(case), reads=reads), NOW)
    assert _count(kept, "marks") == 1
    assert _look(kept, {A: NOW, B: NOW}).captures.keys() == {A, B}


def test_the_oldest_revisions_go(kept: Kept) -> None:
    for number in range(10):
        kept.add(_capture(text=str(number)), {**NOW, "torch": str(number)})
    kept.add(_capture("p/b"), NOW)
    kept.tidy()
    assert _count(kept, "captures") == 5
    assert A in _look(kept, {A: {**NOW, "torch": "6"}}).captures
    assert _look(kept, {A: {**NOW, "torch": "5"}}).captures == {}


def test_a_file_that_has_grown_too_large_loses_what_is_oldest(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_cache, "_LARGEST", 100_000)
    for number in range(40):
        kept.add(replace(_capture(f"p/{number}", "x" * 10_000), reads={str(number): "missing"}), NOW)
    size = kept.file.stat().st_size
    kept.tidy()
    assert kept.file.stat().st_size < size / 2
    assert _count(kept, "captures") == _count(kept, "marks") < 10
    assert Key("p/39", "export") in _look(kept, {Key("p/39", "export"): NOW}).captures


def test_the_same_capture_again_takes_no_more_room(kept: Kept) -> None:
    for _ in range(5):
        kept.add(_capture(), NOW)
    assert _count(kept, "captures") == 1


def test_tidying_what_is_not_there_makes_nothing(kept: Kept) -> None:
    kept.tidy()
    assert not kept.file.exists()


def _add_many(file: Path, first: int, number: int) -> None:
    for each in range(first, first + number):
        Kept(file).add(_capture(f"p/{each}", "x" * 1000), NOW)


def test_several_commands_may_keep_at_once(kept: Kept) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_add_many, args=(kept.file, 100 * number, 25)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    wanted = {Key(f"p/{100 * number + each}", "export"): NOW for number in range(4) for each in range(25)}
    assert _look(kept, wanted).captures.keys() == wanted.keys()


@pytest.mark.parametrize("moment", [0.001, 0.004, 0.01, 0.03, 0.08])
def test_a_command_that_is_killed_leaves_whole_captures(kept: Kept, moment: float) -> None:
    """Whatever was being written, what is found later is a capture as it was given, and more can be kept."""
    process = multiprocessing.get_context("fork").Process(target=_add_many, args=(kept.file, 0, 10_000))
    kept.add(_capture("p/0", "x" * 1000), NOW)
    process.start()
    time.sleep(moment)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    looked = _look(kept, {Key(f"p/{number}", "export"): NOW for number in range(10_000)})
    assert looked.remark == ""
    assert all(capture == _capture(case, "x" * 1000) for (case, _), capture in looked.captures.items())
    assert ("p/0", "export") in looked.captures
    kept.add(_capture("p/b"), NOW)
    assert B in _look(kept, {B: NOW}).captures


def test_a_place_that_cannot_be_written_is_told_and_reads_as_empty(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    kept = Kept(tmp_path / "cache" / "captures.sqlite")
    assert _look(kept, {A: NOW}).lacking == {A: Lack.NEVER}
    with pytest.raises(ToolError, match="cannot keep captures"):
        kept.add(_capture(), NOW)
