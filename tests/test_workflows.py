"""The scripts of workflows parse, have nothing pasted into them, and call what is there."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph_goldens.cli.main import app

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True)
class Script:
    """What a step runs."""

    where: str
    text: str


def scripts() -> Iterator[Script]:
    for file in sorted((REPOSITORY / ".github" / "workflows").glob("*.yml")):
        lines = file.read_text(encoding="utf-8").split("\n")
        for at, line in enumerate(lines):
            if match := re.match(r"( *)(?:- )?run: (.*)", line):
                yield Script(
                    f"{file.name}:{at + 1}", match[2] if match[2] != "|" else block(lines[at + 1 :], match[1])
                )


def block(lines: list[str], indent: str) -> str:
    """Give the lines that stand deeper than a step's own."""
    deeper = len(indent) + 2
    end = next(
        (at for at, line in enumerate(lines) if line and not line.startswith(" " * deeper)), len(lines)
    )
    return "\n".join(line[deeper:] for line in lines[:end])


SCRIPTS = list(scripts())


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) > 10


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.where)
def test_a_script_parses_and_nothing_is_pasted_into_it(script: Script) -> None:
    assert "${{" not in script.text
    subprocess.run(["bash", "-n"], input=script.text, text=True, check=True)


def test_what_the_scripts_call_is_there() -> None:
    text = "\n".join(script.text for script in SCRIPTS)
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"^ *make ([a-z-]+)", text, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    reports = [line for line in text.splitlines() if "goldens report" in line]
    options = {word for line in reports for word in shlex.split(line) if word.startswith("--")}
    shown = CliRunner().invoke(app, ["report", "--help"], env={"COLUMNS": "200"}).output
    assert {"--against", "--format", "--limit"} <= options
    assert [option for option in options if option not in shown] == []


def test_what_may_write_to_a_pull_request_runs_nothing_of_it() -> None:
    comment = (REPOSITORY / ".github" / "workflows" / "comment.yml").read_text(encoding="utf-8")
    jobs = comment.partition("\njobs:\n")[2]
    explain, post = jobs.split("\n  post:\n")
    assert comment.count(": write") == post.count("pull-requests: write") == 1
    assert "checkout" not in post
    assert "ref:" not in explain
