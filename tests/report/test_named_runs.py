"""Which run a word means, and which one is the last."""

import os
from pathlib import Path

import pytest

from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import Project, find_project
from graph_goldens.records import Json
from graph_goldens.report.named_runs import find_runs, names_a_run
from graph_goldens.runs.run import Run, save_run


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "cases" / "2.9").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.goldens]\n")
    return find_project(tmp_path)


@pytest.mark.parametrize("word", ["3d", "3d/case", "2026_quarter", "2.9", "torchbind"])
def test_a_pack_whose_name_begins_with_a_digit_is_a_pack(project: Project, word: str) -> None:
    assert not names_a_run(project, word)


@pytest.mark.parametrize("word", ["2.13.0", "2.13", "2.15.0.dev20260901", "2.13.0+cpu", "x.jsonl"])
def test_a_version_or_a_file_is_a_run(project: Project, word: str) -> None:
    assert names_a_run(project, word)


def test_the_last_run_is_the_one_that_says_that_it_was_saved_last(project: Project) -> None:
    files = [save_run(Run(environment(torch)), find_home(project)) for torch in ("2.13.0", "2.9.1")]
    os.utime(files[0], (2**31, 2**31))  # as a copy would
    assert [run.torch for run in find_runs(project, [])] == ["2.9.1"]


def environment(torch: str) -> dict[str, Json]:
    return {"torch": torch, "git": "", "python": "3.11.7", "platform": "Linux", "switches": {}}
