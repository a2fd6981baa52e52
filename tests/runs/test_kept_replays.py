"""Findings of replays, kept beside the runs and found again for the same two records alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.graphs.replays import Replay, ReplayOutcome
from graph_goldens.records import Artifact, Outcome, Record
from graph_goldens.runs.kept_replays import (
    digest_record,
    load_replays,
    locate_replays,
    name_pair,
    save_replays,
)
from graph_goldens.runs.run import list_runs

GOLDEN = Record("own/case", "export", Outcome.GRAPHS, artifacts=(Artifact("program.code", "one"),))
RECORD = replace(GOLDEN, artifacts=(Artifact("program.code", "two"),))
FOUND = (Replay("program", ReplayOutcome.EQUAL, "equal on 3 inputs (largest difference 0)"),)


def make_drift(golden: Record, record: Record) -> Drift:
    drift = compare(golden, record)
    assert drift is not None
    return drift


def test_findings_are_found_again_for_the_same_two_records_alone(tmp_path: Path) -> None:
    drift = make_drift(GOLDEN, RECORD)
    save_replays({name_pair(drift): FOUND}, tmp_path, "2.15.0")
    kept = load_replays(tmp_path, "2.15.0")
    other = make_drift(GOLDEN, replace(RECORD, artifacts=(Artifact("program.code", "three"),)))
    assert kept[name_pair(drift)] == FOUND
    assert name_pair(other) not in kept
    assert load_replays(tmp_path, "2.14.1") == {}


def test_another_revision_of_the_case_is_the_same_record(tmp_path: Path) -> None:
    drift, edited = make_drift(GOLDEN, RECORD), make_drift(GOLDEN, replace(RECORD, source="new"))
    assert name_pair(drift) == name_pair(edited)


@pytest.mark.parametrize("name", ["case", "path", "reason"])
def test_another_text_is_another_record(name: str) -> None:
    changed = Record(**{**vars(GOLDEN), name: getattr(GOLDEN, name) + "."})
    assert digest_record(changed) != digest_record(GOLDEN)


def test_other_rules_give_the_same_record() -> None:
    assert digest_record(replace(GOLDEN, rules=GOLDEN.rules + 1)) == digest_record(GOLDEN)


def test_the_file_is_not_taken_for_a_run(tmp_path: Path) -> None:
    save_replays({}, tmp_path, "2.15.0")
    assert locate_replays(tmp_path, "2.15.0").is_file()
    assert list_runs(tmp_path) == []


@pytest.mark.parametrize(
    "content", ["", "[]", '{"replays": 2, "of": []}', '{"replays": 1, "of": [["a"]]}', "{"]
)
def test_a_broken_file_holds_nothing(content: str, tmp_path: Path) -> None:
    file = locate_replays(tmp_path, "2.15.0")
    file.parent.mkdir(parents=True)
    file.write_text(content)
    assert load_replays(tmp_path, "2.15.0") == {}
