"""A run goes to a file and comes back, and what is no run is refused in a sentence."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.errors import ToolError, UserError
from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.run import Run, list_runs, load_run, save_run
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
    proved, unstable = frozenset({("p/a", "export")}), frozenset({("p/b", "export")})
    run = replace(_run(), proved=proved, unstable=unstable)
    assert load_run(save_run(run, tmp_path)) == run
    part = run.choose(Selection(("b",)))
    assert (part.proved, part.unstable) == (frozenset(), unstable)


def test_a_run_of_before_knows_nothing_of_proofs(tmp_path: Path) -> None:
    file = save_run(_run(), tmp_path)
    header, *lines = file.read_text().splitlines()
    fields = {name: value for name, value in json.loads(header).items() if name not in ("proved", "unstable")}
    file.write_text("\n".join([json.dumps(fields), *lines]) + "\n")
    assert load_run(file) == _run()


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
    with pytest.raises(ToolError, match="cannot write the run"):
        save_run(_run(), tmp_path)
