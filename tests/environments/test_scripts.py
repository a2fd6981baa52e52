"""The scripts that other interpreters run, run as modules of this one: guard, probe and examine."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TORCH = """\
from types import SimpleNamespace
__version__ = "2.13.0+cpu"
version = SimpleNamespace(git_version="abc", debug=False, cuda=None)
_C = SimpleNamespace(_GLIBCXX_USE_CXX11_ABI=1)
"""


def run_script(name: str, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", f"graph_goldens.environments.{name}", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def guarded(*command: str, lasting: bool = True) -> tuple[int, str]:
    """Run a guard; return its exit status and output. Its lifeline ends at once unless it is lasting."""
    held, lifeline = os.pipe()
    with os.fdopen(lifeline, "wb") as alive:
        process = run_script("guard", str(held), *command, pass_fds=(held,))
        os.close(held)
        if not lasting:
            alive.close()
        _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def described(name: str, folder: Path) -> Any:
    output, errors = run_script(name, env={**os.environ, "PYTHONPATH": str(folder)}).communicate(timeout=60)
    return json.loads(output or errors)


@pytest.mark.parametrize("status", [0, 7])
def test_a_guard_ends_with_the_status_of_its_command(status: int) -> None:
    assert guarded("sh", "-c", f"exit {status}") == (status, "")


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGTERM, signal.SIGKILL])
def test_a_guard_ends_by_the_signal_of_its_command(number: signal.Signals) -> None:
    assert guarded("sh", "-c", f"kill -{number} $$")[0] == -number


def test_a_guard_whose_lifeline_ends_kills_its_command() -> None:
    assert guarded("sleep", "1000", lasting=False)[0] == -signal.SIGKILL


def test_a_guard_kills_what_its_command_leaves(tmp_path: Path) -> None:
    left = tmp_path / "left"
    assert guarded("sh", "-c", f"setsid sleep 1000 & echo $! > {left}") == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(left.read_text()), 0)


def test_a_guard_says_in_a_sentence_that_a_command_is_not_there() -> None:
    assert guarded("/nowhere/to/be/found") == (1, "/nowhere/to/be/found: No such file or directory\n")


def test_the_probe_describes_a_torch(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(TORCH)
    found = described("probe", tmp_path)
    assert found.pop("python_version").startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    assert "-" in found.pop("platform")
    assert found == {
        "torch": "2.13.0+cpu",
        "git": "abc",
        "debug": False,
        "cuda": None,
        "cxx11_abi": True,
        "torch_root": str(tmp_path / "torch"),
    }


def test_an_examination_tells_whether_there_is_a_torch(tmp_path: Path) -> None:
    python = list(sys.version_info[:2])
    assert described("examine", tmp_path) == {"python": python, "torch": False}
    (tmp_path / "torch.py").touch()
    assert described("examine", tmp_path) == {"python": python, "torch": True}
