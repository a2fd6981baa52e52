"""Dropping old versions asks first, and says what settings still have of them."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from graph_goldens.cli.main import app

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
    assert "give a `default` there that is not older than 2.10.0" in ended.output
    assert len(goldens(project)) < len(before)
