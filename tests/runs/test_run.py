"""A run goes to a file and comes back, and what is no run is refused in a sentence."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.errors import ToolError, UserError
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.run import Run, list_runs, load_run, save_run
from graph_goldens.runs.seal import seal_lines
from graph_goldens.runs.selection import Selection

ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}

OTHER = {**ENVIRONMENT, "torch": "2.14.1"}


def _run() -> Run:
    records = [
        Record("p/a", "export", Outcome.GRAPHS, artifacts=(Artifact("program.code", "x\n```"),)),
        Record("p/b", "export", Outcome.ERROR, reason="RuntimeError: no"),
    ]
    captures = {record.key: Capture(record, broken=("claimed",), seconds=0.5, log="é") for record in records}
    return Run(ENVIRONMENT, captures, complete=True, seconds=1.5)


def test_a_run_reads_back_as_it_was_written(tmp_path: Path) -> None:
    file = save_run(_run(), tmp_path)
    assert file.name == "torch-2.13.0+cpu.jsonl"
    assert load_run(file) == _run()
    assert _run().title == "torch 2.13.0+cpu · Python 3.11.7 · Linux-x86_64"


def test_a_run_remembers_what_was_proved_and_what_was_not(tmp_path: Path) -> None:
    proved, unstable = frozenset({Key("p/a", "export")}), frozenset({Key("p/b", "export")})
    run = replace(_run(), proved=proved, unstable=unstable)
    assert load_run(save_run(run, tmp_path)) == run
    part = run.choose(Selection(("b",)))
    assert (part.proved, part.unstable) == (frozenset(), unstable)


def test_a_run_remembers_what_its_authors_got_wrong(tmp_path: Path) -> None:
    bad = Mistake("p/bad.py", "ValueError: no", ("p/bad",), 7)
    run = replace(_run(), mistakes=(bad, Mistake("q/unread.py", "SyntaxError: \x1b")), complete=False)
    assert load_run(save_run(run, tmp_path)) == run
    assert run.choose(Selection(("p/a",))).mistakes == ()
    lost = run.choose(Selection(("p/bad",)))
    assert (lost.captures, lost.mistakes) == ({}, (bad,))


def test_a_run_of_another_format_is_refused_with_the_way_out(tmp_path: Path) -> None:
    file = save_run(_run(), tmp_path)
    header, *lines = file.read_text().splitlines()[:-1]
    file.write_text("".join(seal_lines([json.dumps({**json.loads(header), "run": 1}), *lines])))
    with pytest.raises(UserError, match=r"its format is 1, and .* capture it again with `goldens check`"):
        load_run(file)


def test_a_run_says_how_many_records_it_holds(tmp_path: Path) -> None:
    seal = json.loads(save_run(_run(), tmp_path).read_text().splitlines()[-1])
    assert (seal["records"], len(seal["checksum"])) == (2, 64)


@given(st.data())
def test_a_run_that_was_cut_anywhere_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = save_run(_run(), tmp_path_factory.mktemp("run"))
    whole = file.read_bytes()
    file.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 2))])  # the last byte ends the line
    with pytest.raises(UserError, match="is not a run of goldens"):
        load_run(file)


@given(st.data())
def test_a_run_that_was_edited_anywhere_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = save_run(_run(), tmp_path_factory.mktemp("run"))
    whole = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 2))
    whole[at] = data.draw(st.integers(32, 126).filter(lambda byte: byte != whole[at]))
    file.write_bytes(whole)
    with pytest.raises(UserError, match="is not a run of goldens"):
        load_run(file)


@pytest.mark.parametrize("change", ["a record is gone", "a record is twice", "records change places"])
def test_whole_lines_that_are_gone_or_moved_are_noticed(tmp_path: Path, change: str) -> None:
    file = save_run(_run(), tmp_path)
    header, first, second, seal = file.read_text().splitlines()
    lines = {
        "a record is gone": [header, first, seal],
        "a record is twice": [header, first, second, second, seal],
        "records change places": [header, second, first, seal],
    }[change]
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(UserError, match=r"cut off, or changed after it was written|two captures of one"):
        load_run(file)


def test_the_last_run_of_each_pytorch_is_kept(tmp_path: Path) -> None:
    assert list_runs(tmp_path) == []
    files = [save_run(_run(), tmp_path), save_run(replace(_run(), environment=OTHER), tmp_path)]
    save_run(_run(), tmp_path)
    assert list_runs(tmp_path) == files


def test_a_part_of_a_run_is_not_complete() -> None:
    part = _run().choose(Selection(("a",)))
    assert list(part.captures) == [("p/a", "export")]
    assert not part.complete
    assert _run().choose(Selection()).complete


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"environment": 3}', '{"environment": {"torch": "new"}}', "\x00"]
)
def test_what_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text(text)
    with pytest.raises(UserError):
        load_run(file)


def test_a_cut_line_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    file = save_run(_run(), tmp_path)
    file.write_text(file.read_text()[:-20])
    with pytest.raises(UserError, match="is not a run of goldens"):
        load_run(file)
    with pytest.raises(UserError, match="cannot be read"):
        load_run(tmp_path / "gone.jsonl")


def test_a_working_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where a folder should be")
    with pytest.raises(ToolError, match=r"cannot write .*/runs"):
        save_run(_run(), tmp_path)
