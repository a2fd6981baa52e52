"""What the README tells people to type is there, and what needs no PyTorch is run as it stands."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph_goldens.cli.main import app

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
TYPED = [line[2:].split("  #")[0].strip() for line in README.splitlines() if line.startswith("$ ")]
GOLDENS = sorted({line for line in TYPED if line.startswith("goldens ")})
TARGETS = sorted({line.split()[1] for line in TYPED if line.startswith("make ")})
NO_PYTORCH = [
    line
    for line in GOLDENS
    if line.split()[1] in ("show", "history", "diff", "find", "operators", "claims")
    or "report --history" in line
]


def test_the_readme_says_what_to_type() -> None:
    assert {"check", "test", "snapshot-update"} <= set(TARGETS)
    assert len(GOLDENS) >= 8
    assert NO_PYTORCH


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_is_there_and_is_listed(target: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE)


@pytest.mark.parametrize("line", GOLDENS)
def test_a_command_and_its_options_are_there(line: str) -> None:
    command, *arguments = shlex.split(line)[1:]
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    assert f"goldens {command}" in shown
    for option in (argument for argument in arguments if argument.startswith("--")):
        assert option in shown


@pytest.mark.parametrize("line", NO_PYTORCH)
def test_a_command_that_needs_no_pytorch_runs_as_it_stands(line: str) -> None:
    arguments = shlex.split(line)[1:]
    ended = subprocess.run(
        [sys.executable, "-m", "graph_goldens.cli", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_files_that_the_readme_links_to_are_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []
