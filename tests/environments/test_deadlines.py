"""What takes too long or cannot be started is told in a sentence, and leaves no pipe open."""

import os
from pathlib import Path
from typing import Any

import pytest

from graph_goldens.environments import cxx_compiler, processes, version_resolution
from graph_goldens.environments import environment as environments
from graph_goldens.environments.logs import make_log
from graph_goldens.environments.processes import TookTooLongError
from graph_goldens.errors import ToolError


def _never_ends(*_: Any, **__: Any) -> None:
    raise TookTooLongError


def test_a_probe_that_does_not_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "run", _never_ends)
    with pytest.raises(ToolError, match=r"^python took more than 300 seconds to import torch$"):
        environments.describe(Path("python"), folder)


def test_a_compiler_that_does_not_say_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "true")
    monkeypatch.setattr(cxx_compiler, "run", _never_ends)
    with pytest.raises(ToolError, match="true --version does not end"):
        cxx_compiler.find_compiler()


def test_a_compiler_that_fails_to_say_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "false")
    with pytest.raises(ToolError, match="false --version fails with exit status 1; set CXX to another"):
        cxx_compiler.find_compiler()


def test_a_search_for_versions_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_resolution, "run", _never_ends)
    with pytest.raises(ToolError, match="to find the versions of torch"):
        version_resolution.resolve("latest")


def test_a_command_that_cannot_be_started_leaves_no_pipe_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []

    def refuse(*arguments: Any) -> None:
        held.append(arguments[-1])
        raise PermissionError("refused")

    monkeypatch.setattr(processes, "_open_process", refuse)
    with pytest.raises(PermissionError, match="refused"):
        processes.start(["true"], {}, tmp_path)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(held[0])


def test_a_log_that_another_command_removes_meanwhile_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "logs" / "gone.log"
    gone.parent.mkdir()
    gone.symlink_to(tmp_path / "nowhere")
    assert make_log(tmp_path, "new").exists()
