"""What was accepted can be committed with the command that is proposed."""

import shlex
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graph_goldens.review.decide import Decision
from graph_goldens.review.decision_text import propose_commit

WRITTEN: Any = Decision(written=(SimpleNamespace(), SimpleNamespace()))  # type: ignore[arg-type]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "our goldens").mkdir()
    (tmp_path / "our goldens" / "x.md").write_text("x")
    return tmp_path


def test_the_command_commits_the_goldens_with_the_reason(repository: Path) -> None:
    because = "2.15 adds \"alias\"; it's $HOME's"
    command = propose_commit(WRITTEN, repository, repository / "our goldens", because)
    names = ["-c", "user.name=x", "-c", "user.email=x@y"]
    script = command.replace("git commit", shlex.join(["git", *names, "commit", "-q"]))
    subprocess.run(["bash", "-c", script], cwd=repository, check=True)
    said = subprocess.run(
        ["git", "log", "--format=%s", "--name-only"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split("\n\n") == [because, "our goldens/x.md\n"]


def test_without_a_reason_the_message_counts_them(repository: Path) -> None:
    command = propose_commit(WRITTEN, repository, repository / "our goldens", " ")
    assert command.endswith("-m 'Accept 2 goldens'")


def test_nothing_is_proposed_where_nothing_was_written_or_no_repository_is(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert propose_commit(Decision(), repository, repository / "snapshots", "") == ""
    other = tmp_path_factory.mktemp("other")
    assert propose_commit(WRITTEN, other, other / "snapshots", "") == ""
