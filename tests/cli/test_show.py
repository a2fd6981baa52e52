"""Goldens are shown to a person and to a program."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph_goldens.cli.main import app
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Artifact, Outcome, Record
from graph_goldens.versions import parse_version

VERSION = parse_version("2.13.0")
GRAPH = Record("p/added", "export", Outcome.GRAPHS, artifacts=(Artifact("program.code", "x + 1"),))
ERROR = Record("p/added", "aot-joint", Outcome.ERROR, "IndexError: tuple index out of range")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cases" / "p").mkdir(parents=True)
    settings = '[tool.goldens]\ndefault = "2.13.0"\nsupported = ["2.13.0"]\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    goldens = Goldens(tmp_path / "snapshots", [VERSION])
    goldens.update(VERSION, Golden(GRAPH, "2.13 adds one"))
    goldens.update(VERSION, Golden(ERROR))
    monkeypatch.chdir(tmp_path)


def show(*arguments: str) -> str:
    ended = CliRunner().invoke(app, ["show", "p/added", *arguments], env={"COLUMNS": "200"})
    assert ended.exit_code == 0
    return ended.output


def test_a_golden_is_shown_with_its_reason_and_its_error() -> None:
    lines = show().splitlines()
    assert "because: 2.13 adds one" in lines
    assert "IndexError: tuple index out of range" in lines


def test_a_program_reads_one_golden_or_a_list() -> None:
    assert json.loads(show("--path", "export", "--json"))["because"] == "2.13 adds one"
    assert [shown["path"] for shown in json.loads(show("--json"))] == ["aot-joint", "export"]
