"""What a person gives to make is data: it reaches the command as it was given, and nothing in it runs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
RECORDER = """#!{python}
import json, pathlib, sys
pathlib.Path({file!r}).write_text(json.dumps(sys.argv[1:]))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the real Makefile, whose `goldens` writes down what it is given."""
    folder = tmp_path / "check out"
    bin_folder = folder / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, folder)
    command = bin_folder / "goldens"
    command.write_text(RECORDER.format(python=sys.executable, file=str(folder / "given.json")))
    command.chmod(0o755)
    (folder / "torchbind-case").touch()  # what an unquoted pattern would become
    ready = folder / ".venv" / ".ready"
    ready.touch()
    os.utime(ready, (2**31, 2**31))
    return folder


def make(folder: Path, *arguments: str) -> list[str]:
    """What `goldens` is given by a target and its variables."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(["make", *arguments], cwd=folder, env=variables, check=True, capture_output=True)
    given: list[str] = json.loads((folder / "given.json").read_text())
    return given


@pytest.mark.parametrize(
    "reason",
    ["costs $5", "$(shell touch ran)", "`touch ran`", "a \"b\" 'c'; touch ran", "x & y # z", "$${A}"],
)
def test_a_reason_reaches_the_golden_as_it_was_given(checkout: Path, reason: str) -> None:
    given = make(checkout, "snapshot-update", f"BECAUSE={reason}")
    assert given == ["update", "--because", reason, "--"]
    assert not (checkout / "ran").exists()


@pytest.mark.parametrize("select", ["; touch ran", "$(shell touch ran)", "| touch ran", "`touch ran`"])
def test_a_selection_never_runs(checkout: Path, select: str) -> None:
    assert make(checkout, "check", f"SELECT={select}") == ["check", "--", *select.split()]
    assert not (checkout / "ran").exists()


def test_patterns_are_for_goldens_and_not_for_the_shell(checkout: Path) -> None:
    given = make(checkout, "check", "SELECT=torchbind* other", "TORCH=2.9.1 2.13.0")
    assert given == ["check", "--torch", "2.9.1", "--torch", "2.13.0", "--", "torchbind*", "other"]


def test_an_index_with_an_ampersand_and_a_folder_with_a_space_stay_whole(checkout: Path) -> None:
    given = make(checkout, "gate", "TORCH=2.9.1", "INDEX_URL=http://a/?b=1&c=2", "FIND_LINKS=/my wheels")
    sources = ["--index-url", "http://a/?b=1&c=2", "--find-links", "/my wheels"]
    assert given == ["check", "--torch", "2.9.1", *sources, "--"]


def test_variables_of_the_environment_are_data_too(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BECAUSE", "costs $5 $(shell touch ran)")
    assert make(checkout, "snapshot-update")[2] == "costs $5 $(shell touch ran)"
    assert not (checkout / "ran").exists()


def test_every_target_hands_over_what_it_stands_for(checkout: Path) -> None:
    assert make(checkout, "matrix", "SELECT=p/a") == ["check", "--torch", "all", "--", "p/a"]
    assert make(checkout, "review", "TORCH=2.9.1") == ["review", "--torch", "2.9.1"]
    report = ["report", "--history", "--output", ".goldens/report.html", "--", "p/a"]
    assert make(checkout, "report", "SELECT=p/a") == report


def test_examples_are_checked_in_their_own_folders_and_the_first_that_fails_ends_it(checkout: Path) -> None:
    for name in ("one", "two"):
        (checkout / "examples" / name).mkdir(parents=True)
    command, log = checkout / ".venv" / "bin" / "goldens", checkout / "log"
    command.write_text(f'#!/bin/sh\necho "${{PWD##*/}}:$*" >> "{log}"\ntest ! -e fails\n')
    make_quietly = ["make", "--silent", "examples", "TORCH=2.15.0"]
    subprocess.run(make_quietly, cwd=checkout, check=True, capture_output=True)
    assert log.read_text().splitlines() == ["one:check --torch 2.15.0", "two:check --torch 2.15.0"]
    (checkout / "examples" / "one" / "fails").touch()
    log.unlink()
    assert subprocess.run(make_quietly, cwd=checkout, capture_output=True, check=False).returncode != 0
    assert log.read_text().splitlines() == ["one:check --torch 2.15.0"]


def test_examples_are_those_that_are_named(checkout: Path) -> None:
    (checkout / "examples" / "one").mkdir(parents=True)
    (checkout / "examples" / "two").mkdir()
    command, log = checkout / ".venv" / "bin" / "goldens", checkout / "log"
    command.write_text(f'#!/bin/sh\necho "${{PWD##*/}}:$*" >> "{log}"\n')
    subprocess.run(["make", "examples", "EXAMPLES=two"], cwd=checkout, check=True, capture_output=True)
    assert log.read_text().splitlines() == ["two:check"]
