"""What the README tells people to type is there, and what needs no PyTorch is run as it stands."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version
from typer.testing import CliRunner

from graph_goldens.cli.main import app
from graph_goldens.drift.clusters import find_clusters
from graph_goldens.drift.compare import compare
from graph_goldens.goldens.store import Goldens

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


def test_the_cluster_that_readers_accept_is_the_one_that_the_goldens_give_and_the_picture_shows() -> None:
    """`make pictures` makes the picture anew."""
    case, path = "torchbind/compile_obj_torchbind_op_with_autocast", "aot-inference"
    goldens = Goldens(REPOSITORY / "snapshots", ())
    old, new = (goldens.resolve(case, path, Version(each)) for each in ("2.12.1", "2.13.0"))
    assert old is not None
    assert new is not None
    drift = compare(old.record, new.record)
    assert drift is not None
    (cluster,) = find_clusters([drift])
    assert f"goldens accept {cluster.fingerprint[:4]} --because" in README
    assert cluster.fingerprint in (REPOSITORY / "docs" / "drift.svg").read_text(encoding="utf-8")
