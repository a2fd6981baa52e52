"""`goldens report` by the real command. Needs no worker: the run is one that was captured before."""

import json
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.run import Run, save_run
from tests.end_to_end.example import Example, make_example

NO_TORCH = {"PATH": "/nowhere", "UV_OFFLINE": "1"}
VERSIONS = ("2.12.1", "2.13.0")


def make(letter: str) -> Record:
    artifacts = (Artifact("program.signature", f"input {letter}"),)
    return Record("shapes/flat", "export", Outcome.GRAPHS, artifacts=artifacts)


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """A project whose one golden changes at 2.13.0."""
    example = make_example(tmp_path / "project", {"shapes/flat.py": ""})
    example.write({"pyproject.toml": f'[tool.goldens]\nsupported = ["{VERSIONS[0]}", "{VERSIONS[1]}"]\n'})
    for version, letter in zip(VERSIONS, "xy", strict=True):
        accept(example, version, letter)
    return example


def accept(example: Example, version: str, letter: str) -> None:
    goldens = Goldens(example.root / "snapshots", [Version(version) for version in VERSIONS])
    goldens.update(Version(version), Golden(make(letter), because=f"for {letter}"))


def captured(example: Example, letter: str) -> Path:
    environment = {"torch": "2.13.0+cpu", "python": "3.11.7", "platform": "Linux-x86_64"}
    record = make(letter)
    return save_run(Run(environment, {record.key: Capture(record)}), example.root / ".goldens")


def test_without_a_run_it_is_said_how_to_make_one(example: Example) -> None:
    last = example.run("report", code=2, **NO_TORCH).last_error
    assert last == "goldens: no run is saved, so there is nothing to report; make one with `goldens check`"


def test_the_last_run_is_reported_in_markdown(example: Example) -> None:
    captured(example, "z")
    ended = example.run("report", code=0, **NO_TORCH)
    assert ended.output.startswith("<!-- graph-goldens -->\n### 1 drift in 1 cluster: interface 1\n")
    assert "- input y\n+ input z\n" in ended.output
    assert example.run_here("report", "2.13.0", "flat", "--path", "export", code=0).output == ended.output


def test_a_report_is_no_gate_and_changes_no_golden(example: Example) -> None:
    file = captured(example, "z")
    before = example.goldens()
    for written in ("markdown", "html", "junit", "json", "sarif", "github"):
        assert example.run_here("report", str(file), "--format", written, code=0, **NO_TORCH).output
    assert example.goldens() == before


def test_the_name_of_the_file_says_what_is_written(example: Example) -> None:
    captured(example, "z")
    file = example.root / "out" / "report.json"
    said = example.run_here("report", "--output", str(file), code=0, **NO_TORCH).output
    assert said.splitlines()[0] == "1 drift in 1 cluster: interface 1"
    assert said.splitlines()[1].replace("\n", "").startswith("wrote ")
    assert json.loads(file.read_text())["classes"] == {"interface": 1}
    assert [each.name for each in file.parent.iterdir()] == ["report.json"]
    page = example.root / "report.html"
    example.run_here("report", "--history", "--output", str(page), code=0, **NO_TORCH)
    assert page.read_text().lstrip().startswith("<!DOCTYPE html>")


def test_a_history_is_of_the_goldens_alone(example: Example) -> None:
    output = example.run_here("report", "--history", code=0, **NO_TORCH).output
    assert "`How PyTorch's graphs changed from 2.12.1 to 2.13.0`" in output
    assert "Because: `for y`" in output


def test_a_change_is_explained_from_its_base(example: Example, tmp_path: Path) -> None:
    (example.root / "snapshots").rename(tmp_path / "before")
    for version, letter in zip(VERSIONS, "xz", strict=True):
        accept(example, version, letter)
    output = example.run_here("report", "--against", str(tmp_path / "before"), code=0, **NO_TORCH).output
    assert "`What this change does to the goldens`" in output
    assert "- input y\n+ input z\n" in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--history", "--against", "."], "a report is of runs, of --history or of what differs --against"),
        (["2.13.0", "--history"], "give one"),
        (["2.9.0"], "no run of PyTorch 2.9.0 is saved; make one with `goldens check --torch 2.9.0`"),
        (["gone.jsonl"], "gone.jsonl cannot be read"),
        (["pyproject.toml"], "pyproject.toml is not a run of goldens"),
        (["nowhere"], "'nowhere' matches no case"),
        (["--output", "report.txt"], "has none of the suffixes .md, .html, .xml, .json, .sarif"),
        (["--output", "cases", "--format", "json"], "cases is a folder; give a file to --output"),
        (["--against", "cases"], "cases holds no goldens; give the base's folder of goldens"),
    ],
)
def test_what_cannot_be_reported_is_one_sentence(
    example: Example, arguments: list[str], sentence: str
) -> None:
    captured(example, "z")
    assert sentence in example.run_here("report", *arguments, code=2, **NO_TORCH).last_error
