"""What an earlier run proved counts again only where its environment gave the very same."""

from dataclasses import replace
from pathlib import Path

from graph_goldens.gate.check import _find_known
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, Record
from graph_goldens.runs.run import Run, locate_run, save_run
from graph_goldens.runs.verdict import Finding, Verdict

RECORD = Record("p/a", "export", Outcome.GRAPHS, source="1")
ENVIRONMENT = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}
PROVED = Run(ENVIRONMENT, {RECORD.key: Capture(RECORD)}, proved=frozenset([RECORD.key]))


def known(run: Run, home: Path) -> frozenset[Key]:
    verdicts = [Verdict(capture, Finding.MISSING) for capture in run.captures.values()]
    return _find_known(run, verdicts, home)


def test_the_very_same_record_of_the_same_environment_is_known(tmp_path: Path) -> None:
    save_run(PROVED, tmp_path)
    assert known(PROVED, tmp_path) == {RECORD.key}


def test_another_record_is_not(tmp_path: Path) -> None:
    save_run(PROVED, tmp_path)
    other = replace(RECORD, facts={"graphs": 2})
    assert known(replace(PROVED, captures={RECORD.key: Capture(other)}), tmp_path) == frozenset()


def test_nor_is_one_of_another_environment(tmp_path: Path) -> None:
    save_run(replace(PROVED, environment={**ENVIRONMENT, "python": "3.12.1"}), tmp_path)
    assert known(PROVED, tmp_path) == frozenset()


def test_a_run_that_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    save_run(PROVED, tmp_path)
    locate_run(tmp_path, PROVED.torch, PROVED.shard).write_text("nonsense")
    assert known(PROVED, tmp_path) == frozenset()


def test_where_no_run_was_saved_nothing_is_known(tmp_path: Path) -> None:
    assert known(PROVED, tmp_path) == frozenset()
