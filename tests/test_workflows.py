"""The scripts of workflows parse, have nothing pasted into them, and call what is there."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import tomllib
from packaging.requirements import Requirement
from typer.testing import CliRunner

from graph_goldens.cli.main import app

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True)
class Script:
    """What a step runs."""

    where: str
    text: str


def scripts() -> Iterator[Script]:
    for file in (*sorted((REPOSITORY / ".github" / "workflows").glob("*.yml")), REPOSITORY / "action.yml"):
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
    reports = [line for line in text.replace("\\\n", "").splitlines() if "goldens report" in line]
    options = {word for line in reports for word in shlex.split(line) if word.startswith("--")}
    shown = CliRunner().invoke(app, ["report", "--help"], env={"COLUMNS": "200"}).output
    assert {"--against", "--format", "--limit"} <= options
    assert [option for option in options if option not in shown] == []


WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_by_commit_and_keep_no_token(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    uses = [each for each in re.findall(r"uses: (\S+)(.*)", text) if not each[0].startswith("./")]
    assert uses
    assert [action for action, version in uses if not re.search(r"@[0-9a-f]{40}$", action)] == []
    assert [action for action, version in uses if not re.fullmatch(r" # v\d+\.\d+\.\d+", version)] == []
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def jobs_of_comment() -> dict[str, str]:
    text = (REPOSITORY / ".github" / "workflows" / "comment.yml").read_text(encoding="utf-8")
    parts = re.split(r"^  ([a-z]+):\n", text.partition("\njobs:\n")[2], flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_what_may_write_to_a_pull_request_runs_nothing_of_the_project() -> None:
    jobs = jobs_of_comment()
    assert list(jobs) == ["fetch", "explain", "post"]
    assert [name for name, text in jobs.items() if "pull-requests: write" in text] == ["post"]
    assert sum(text.count(": write") for text in jobs.values()) == 1
    for name in ("fetch", "post"):
        assert not re.search(
            r"\b(?:pip|make|python|goldens|tar)\b", "".join(re.findall(r"run:.*", jobs[name]))
        )
    assert "ref:" not in "".join(jobs.values())


def test_what_reads_a_pull_requests_data_has_no_token_and_no_checkout_to_unpack_into() -> None:
    explain = jobs_of_comment()["explain"]
    assert "permissions: {}" in explain
    assert "github.token" not in explain
    assert "secrets." not in explain
    assert not re.search(r"\btar -|\bunzip\b|actions/checkout", explain)
    assert "uses: ./project" in explain
    assert "--require-hashes" in (REPOSITORY / "action.yml").read_text(encoding="utf-8")


def job_of(workflow: str, name: str) -> str:
    text = (REPOSITORY / ".github" / "workflows" / workflow).read_text(encoding="utf-8")
    (job,) = re.findall(rf"^  {name}:\n(.*?)(?=^  \S|\Z)", text, re.DOTALL | re.MULTILINE)
    return str(job)


def test_what_may_write_issues_runs_nothing_of_the_project_and_takes_its_summary_as_data() -> None:
    issue, text = job_of("nightly.yml", "issue"), "\n".join(script.text for script in SCRIPTS)
    assert "issues: write" in issue
    assert text.count("issues: write") == 0
    assert (REPOSITORY / ".github" / "workflows" / "nightly.yml").read_text().count(": write") == 1
    ours = r"actions/checkout|uses: \./|(?:^|[|;&(]) *(?:pip|make|python|goldens) "
    assert not re.search(ours, issue, re.MULTILINE)
    assert "--rawfile body body.md" in issue


ACTION = REPOSITORY / "action.yml"
STAGES = re.findall(r"^          ([a-z]+)\)$", ACTION.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_action_does_what_the_workflows_ask_of_it_and_gets_inputs_that_it_has() -> None:
    assert STAGES == ["check", "matrix", "comment", "nightly"]
    text = "".join(file.read_text(encoding="utf-8") for file in WORKFLOWS)
    assert set(re.findall(r"^          do: (\S+)$", text, re.MULTILINE)) == set(STAGES)
    known = re.findall(
        r"^  ([a-z-]+):$", ACTION.read_text(encoding="utf-8").partition("outputs:")[0], re.MULTILINE
    )
    given = re.findall(r"uses: \./\S*\n        with:\n((?:          \S+: .*\n)+)", text)
    names = {line.split(":")[0].strip() for block in given for line in block.splitlines()}
    assert names <= set(known)


@dataclass(frozen=True)
class Runner:
    """A runner on which one script of the action runs with a `goldens` that notes what it was asked."""

    root: Path

    def run(self, code: int = 0, **inputs: str) -> tuple[int, list[list[str]], str]:
        tool = self.root / "bin" / "goldens"
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f'#!/bin/bash\nprintf "%s\\0" "$@" >> asked; printf "\\n" >> asked; exit {code}\n')
        tool.chmod(0o755)
        names = ("DO", "TORCH", "CASES", "INDEX_URL", "RUNS", "BEFORE", "AFTER", "STATE", "BISECT", "NOTIFY")
        script = next(each.text for each in SCRIPTS if "nightly)" in each.text)
        output = self.root / "output"
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.root,
            env={
                "PATH": f"{tool.parent}:/usr/bin:/bin",
                "GITHUB_OUTPUT": str(output),
                "OUTPUT": "out",
                **{name: inputs.get(name, "") for name in names},
            },
            check=False,
        )
        asked = (self.root / "asked").read_text().splitlines() if (self.root / "asked").exists() else []
        told = output.read_text() if output.exists() else ""
        return ended.returncode, [line.split("\0")[:-1] for line in asked], told


def test_the_action_hands_inputs_on_as_they_are_and_ends_as_the_command_does(tmp_path: Path) -> None:
    hostile = '$(touch harmed); "x" *'
    code, asked, told = Runner(tmp_path).run(
        3, DO="nightly", TORCH=hostile, CASES="p/* q", STATE="nights", BISECT="true", NOTIFY=hostile
    )
    assert (code, told) == (3, "exit-code=3\n")
    (words,) = asked
    assert words[:5] == ["nightly", "--torch", hostile, "p/*", "q"]
    assert words[5:] == ["--state", "nights", "--output", "out", "--bisect", "--notify", hostile]
    assert not (tmp_path / "harmed").exists()


def test_the_action_checks_joins_and_explains(tmp_path: Path) -> None:
    assert Runner(tmp_path).run(DO="check", TORCH="2.15.0", INDEX_URL="u")[1] == [
        ["check", "--torch", "2.15.0", "--index-url", "u"]
    ]
    assert Runner(tmp_path).run(DO="matrix", RUNS="runs")[0] == 1
    (tmp_path / "runs" / "deep").mkdir(parents=True)
    (tmp_path / "runs" / "deep" / "a b.jsonl").touch()
    (tmp_path / "asked").unlink()
    code, asked, _ = Runner(tmp_path).run(DO="matrix", RUNS="runs")
    assert code == 0
    assert asked[0] == ["report", "runs/deep/a b.jsonl", "--output", "out/matrix.html"]
    assert Runner(tmp_path).run(DO="comment", RUNS="none", BEFORE="b", AFTER="a")[0] == 0
    assert "captured nothing" in (tmp_path / "out" / "comment.md").read_text()
    assert Runner(tmp_path).run(DO="rm")[0] == 2


def test_what_it_installs_is_what_the_project_needs_each_pinned_by_hash() -> None:
    pinned = (REPOSITORY / ".github" / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in pinned
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^ *#.*\n", "", pinned, flags=re.MULTILINE).strip())
    assert all(re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry, re.DOTALL) for entry in entries)
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*settings["project"]["dependencies"], *settings["build-system"]["requires"]]
    versions = {entry.partition("==")[0]: entry.partition("==")[2].split()[0] for entry in entries}
    for requirement in map(Requirement, needed):
        assert requirement.specifier.contains(versions[requirement.name]), requirement
