"""Several PyTorch versions in one command, runs from elsewhere, and going on after an interruption."""

import shutil
from pathlib import Path

import pytest

from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import find_project
from tests.end_to_end.example import REPOSITORY, Example, interrupt_when, make_example, reseal

TWO = """
import torch

from graph_goldens import Case, case


@case
def sine() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),), paths=("make-fx-real", "make-fx-fake"))
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Example:
    example = make_example(tmp_path_factory.mktemp("project"), {"p/two.py": TWO})
    example.run("update", code=0)
    home = find_home(find_project(example.root))
    shutil.copy(home / "runs" / "torch-2.13.0+cpu.jsonl", example.root / "run.jsonl")
    return example


def _copy(original: Example, folder: Path) -> Example:
    copy = make_example(folder, {"p/two.py": TWO})
    return copy.write({name: data.decode() for name, data in original.goldens().items()})


def test_a_version_that_cannot_be_made_does_not_stop_the_others(original: Example) -> None:
    ended = original.run("check", "--torch", "99.0.0", "--torch", "2.13.0", code=2)
    assert "✗ torch-99.0.0: cannot make the environment torch-99.0.0" in ended.output
    assert "✓ 2 the same as their goldens" in ended.output
    gate = next(line for line in ended.output.splitlines() if line.startswith("gate"))
    assert gate.split() == ["gate", "usage", "ok"]


def test_a_run_from_elsewhere_is_accepted_without_a_pytorch(original: Example, tmp_path: Path) -> None:
    settings = '[tool.goldens]\nsupported = ["2.13.0"]\n'
    elsewhere = Example(tmp_path).write({"pyproject.toml": settings, "cases/p/two.py": "unreadable here"})
    run = str(original.root / "run.jsonl")
    elsewhere.run("check", "--from-run", run, code=4)
    assert "wrote 2 goldens" in elsewhere.run("update", "--from-run", run, code=0).output
    assert elsewhere.goldens() == original.goldens()
    elsewhere.run("check", "--from-run", run, code=0)
    assert not (tmp_path / ".goldens" / "envs").exists()


def test_another_build_of_the_same_version_is_told_from_another_version(
    original: Example, tmp_path: Path
) -> None:
    example = _copy(original, tmp_path)
    run = (original.root / "run.jsonl").read_text().replace("2.13.0+cpu", "2.13.0+cu999")
    other = run.replace("aten.sin.default", "aten.sin.other")
    example.write({"same.jsonl": reseal(run), "other.jsonl": reseal(other)})
    assert "✓ 2 the same as their goldens" in example.run("check", "--from-run", "same.jsonl", code=0).output
    ended = example.run("check", "--from-run", "other.jsonl", code=1)
    assert (
        "2 of these goldens were captured from PyTorch 2.13.0, the same case and the same rules"
        in ended.output
    )
    assert "not the version but the build (2.13.0+cu999), a package beside it, or the machine" in ended.output


def test_what_is_no_run_is_told_in_a_sentence(original: Example, tmp_path: Path) -> None:
    example = _copy(original, tmp_path)
    for text in ("", "[]", '{"environment": {"torch": 1}}', "\x00"):
        example.write({"run.jsonl": text})
        assert (
            "is not a run of goldens" in example.run("update", "--from-run", "run.jsonl", code=2).last_error
        )
    assert "cannot be read" in example.run("check", "--from-run", "gone.jsonl", code=2).last_error
    assert example.goldens() == original.goldens()


def test_an_interrupted_update_is_done_by_the_next(original: Example, tmp_path: Path) -> None:
    example = _copy(original, tmp_path)
    slow = "import time\n" + TWO.replace("x.sin()", "x.cos()").replace("def sine", "def cosine")
    example.write({"cases/p/slow.py": slow.replace('"make-fx-fake")', '"make-fx-fake", "export")')})
    interrupted = interrupt_when(example.start("update", "cosine", "--jobs", "1"), "capturing: 1/3")
    assert interrupted.code == 130
    assert example.goldens() == original.goldens()
    assert "wrote 3 goldens" in example.run("update", "cosine", code=0).output


def test_goldens_of_other_versions_from_an_older_case_are_noticed(original: Example, tmp_path: Path) -> None:
    example = _copy(original, tmp_path)
    for file in sorted((tmp_path / "snapshots" / "torch-2.13.0").rglob("*.md")):
        older = (
            tmp_path
            / "snapshots"
            / "torch-2.12.1"
            / file.relative_to(tmp_path / "snapshots" / "torch-2.13.0")
        )
        older.parent.mkdir(parents=True, exist_ok=True)
        older.write_text(file.read_text())
    example.write({"cases/p/two.py": TWO.replace("torch.ones(2)", "torch.ones(3)")})
    ended = example.run("update", code=0)
    assert "2 goldens of other versions were captured from an older revision of their case" in ended.output
    assert "goldens update --torch all" in ended.output


def test_an_interpreter_that_has_a_pytorch_is_used_as_it_is(original: Example) -> None:
    python = REPOSITORY / ".goldens" / "envs" / "torch-2.13.0" / "bin" / "python"
    original.run("check", "--python", str(python), code=0)
    ended = original.run("check", "--python", "/usr/bin/env", code=2)
    assert ended.last_error.startswith("goldens: ")
