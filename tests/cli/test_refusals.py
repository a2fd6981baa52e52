"""What cannot be meant is refused in a sentence, before anything is opened or captured."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph_goldens.cli.main import app

REPOSITORY = Path(__file__).parents[2]


def refusal(*arguments: str) -> str:
    """Give what a command says that ends as one does that was not meant so."""
    ended = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert ended.exit_code == 2
    return " ".join(ended.output.split())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cases").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.goldens]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "--from-run", "x", "--shard", "1/2"), "--from-run captures nothing"),
        (("check", "--from-run", "x", "--on", "ray"), "leave --on out"),
        (("check", "--replay", "--on", "ray"), "runs graphs in an environment of this machine"),
        (("check", "--on", "cluster"), "give --on ray, or --on ray://HOST:PORT"),
        (("check", "--durations", "run.jsonl"), "give --shard K/N with it"),
        (("check", "--torch", "all"), "lists no `supported` versions"),
        (("check", "--torch", "2.13.0", "--python", "nowhere"), "nowhere is not an interpreter"),
        (("reject", "--undo"), "--undo takes the names of clusters"),
        (("report", "--history", "--against", "base"), "give one"),
        (("show", "p/good"), "there are no goldens in"),
    ],
)
def test_the_sentence_says_what_is_wrong(project: Path, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in refusal(*arguments)


def test_a_golden_that_begins_later_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    said = refusal("show", "torchbind/attribute", "--torch", "2.0.0")
    assert "torchbind/attribute has no golden for PyTorch 2.0.0; its goldens begin later" in said


def test_a_report_is_not_written_in_place_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY)
    arguments = ["report", "torchbind/attribute", "--history", "--output", str(tmp_path)]
    assert "is a folder; give a file to --output" in refusal(*arguments, "--format", "json")


def test_what_differs_can_be_had_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    arguments = ["diff", "torchbind/attribute", "--path", "export", "--from", "2.5", "--to", "2.6", "--json"]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 0
    assert '"torchbind/attribute"' in ended.output
