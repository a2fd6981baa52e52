"""`goldens replay` and `check --replay`: evidence beside a drift, run when asked for, then only shown."""

import shutil
from pathlib import Path

import pytest

from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import find_project
from tests.end_to_end.example import Example, make_example

PROGRAM = """import torch
from graph_goldens import Case, case


@case
def doubles() -> Case:
    return Case(lambda x: x * 2, args=(torch.ones(2, 3),), paths=("make-fx-fake",))
"""
EQUAL = "equal on 3 inputs (largest difference 0)"
ONLY = "p/doubles"


@pytest.fixture
def example(tmp_path: Path) -> Example:
    example = make_example(tmp_path, {"p/programs.py": PROGRAM})
    example.run("update", code=0)
    return example.write({"cases/p/programs.py": PROGRAM.replace("x * 2", "x + x")})


def test_evidence_stands_beside_a_drift_once_it_was_asked_for(example: Example) -> None:
    assert "replayed" not in example.run("check", code=1).output
    assert f"replayed: {EQUAL}" in example.run("check", "--replay", code=1).output
    assert f"replayed: {EQUAL}" in example.run("check", code=1).output
    (pending,) = example.run("pending", "--json", code=0).json["clusters"]
    assert EQUAL in example.run("pending", pending["fingerprint"], code=0).output
    assert EQUAL in example.run("report", "--format", "markdown", code=0).output
    assert EQUAL in example.run("report", "--format", "html", code=0).output
    (cluster,) = example.run("check", "--json", code=1).json["clusters"]
    assert cluster["evidence"] == EQUAL


def test_what_differs_is_said_and_evidence_of_another_record_is_not(example: Example) -> None:
    example.run("check", "--replay", code=1)
    example.write({"cases/p/programs.py": PROGRAM.replace("x * 2", "x * 3")})
    assert "replayed" not in example.run("check", code=1).output
    ended = example.run("replay", code=0)
    assert "running graphs in torch-2.13.0+cpu: 1/1" in ended.errors
    replayed = ended.output
    assert "differ: output 1 by " in replayed
    assert "1 drift replayed under torch 2.13.0+cpu: 1 different" in replayed
    (drifts,) = example.run("replay", "--json", code=0).json["drifts"]
    assert [each["outcome"] for each in drifts["drifts"][0]["replays"]] == ["different"]


def test_goldens_of_older_versions_alone_are_run_as_they_are(example: Example) -> None:
    goldens = example.root / "snapshots"
    shutil.copytree(goldens / "torch-2.13.0", goldens / "torch-2.12.1")
    told = example.run("replay", "--torch", "2.13.0", "--json", code=0).json
    assert [(each["golden_of"], each["outcome"]) for each in told["stored"]] == [("2.12.1", "runs")]


def test_code_of_a_run_from_elsewhere_runs_only_for_cases_that_are_named(example: Example) -> None:
    example.run("check", code=1)
    runs = find_home(find_project(example.root)) / "runs"
    (file,) = runs.glob("*.jsonl")
    refused = example.run("check", "--from-run", str(file), "--replay", code=2)
    assert "goldens replay CASE --from-run FILE" in refused.last_error
    assert ONLY in example.run("replay", "--from-run", str(file), code=2).last_error
    assert EQUAL in example.run("replay", ONLY, "--from-run", str(file), code=0).output
