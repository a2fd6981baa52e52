"""Dropping old versions asks first, and says what settings still have of them."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from graph_goldens.cli.main import app
from graph_goldens.gate.inventory import Prunable
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import find_project

STORED = Path(__file__).parents[2] / "snapshots"
CASE = "torchbind/attribute"
SETTINGS = '[tool.goldens]\ndefault = "2.4.1"\nsupported = ["2.4.1", "2.13.0"]\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in STORED.glob(f"torch-*/{CASE}"):
        shutil.copytree(folder, tmp_path / "snapshots" / folder.relative_to(STORED))
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prune(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["prune", *arguments], input=answer, env={"COLUMNS": "200"})


def goldens(project: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in (project / "snapshots").rglob("*.md")}


def test_who_does_not_agree_keeps_all(project: Path) -> None:
    before = goldens(project)
    ended = prune("--min-torch", "2.9", answer="n\n")
    assert ended.exit_code == 0
    assert "nothing was deleted" in ended.output
    assert goldens(project) == before


def test_where_nobody_answers_nothing_is_deleted(project: Path) -> None:
    before = goldens(project)
    ended = prune("--min-torch", "2.9")
    assert ended.exit_code == 2
    assert "nobody answered; --yes deletes without asking" in ended.output
    assert goldens(project) == before


def test_settings_that_name_what_was_dropped_are_told(project: Path) -> None:
    before = goldens(project)
    ended = prune("--min-torch", "2.9", answer="y\n")
    assert ended.exit_code == 0
    assert "now drop 2.4.1 from `supported`" in ended.output
    assert "give a `default` there that is not older than 2.9.1" in ended.output
    assert len(goldens(project)) < len(before)


def test_a_case_that_comes_back_while_a_person_thinks_keeps_its_goldens(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = goldens(project)
    entries = open_goldens(find_project(project)).list_stored()
    looks = iter([Prunable(entries, 0, ()), Prunable(entries[1:], 0, ())])
    monkeypatch.setattr("graph_goldens.cli.prune.find_prunable", lambda *_: next(looks))
    ended = prune(answer="y\n")
    assert ended.exit_code == 0
    assert f"deleted {len(entries) - 1} goldens; 1 golden stayed, whose cases came back" in ended.output
    assert goldens(project) == {entries[0].file: before[entries[0].file]}


def test_what_is_doubtful_or_no_golden_is_told_and_stays(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, other = goldens(project), project / "snapshots" / "torch-2.4.1" / "README.txt"
    monkeypatch.setattr("graph_goldens.cli.prune.find_prunable", lambda *_: Prunable((), 3, (other,)))
    ended = prune("--yes")
    assert "3 goldens more may be of cases or tracing paths that only other versions have" in ended.output
    assert "goldens prune --torch all" in ended.output
    assert f"left alone, since it is no golden: {other}" in ended.output
    assert goldens(project) == before
