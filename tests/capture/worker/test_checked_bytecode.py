"""Bytecode never stands for another source, and torn bytecode heals itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = (
    Path(__file__).parents[3] / "harness" / "graph_goldens" / "capture" / "worker" / "checked_bytecode.py"
)
PROGRAM = """
import runpy, sys
if sys.argv[1] == "checked":
    runpy.run_path(sys.argv[2])["install"]()
import some
print(some.VALUE)
"""


def _write(folder: Path, text: str) -> None:
    (folder / "some.py").write_text(text)
    os.utime(folder / "some.py", (1_000_000_000, 1_000_000_000))


def _run(folder: Path, how: str = "checked") -> str:
    variables = {
        "PYTHONPATH": str(folder),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-c", PROGRAM, how, str(SCRIPT)]
    return subprocess.run(command, env=variables, capture_output=True, text=True).stdout.strip()


def _find_bytecode(folder: Path) -> Path:
    (found,) = (folder / "bytecode").rglob("some.*.pyc")
    return found


def test_a_source_of_the_same_size_and_time_is_seen(tmp_path: Path) -> None:
    _write(tmp_path, "VALUE = 1\n")
    assert _run(tmp_path, "plain") == "1"
    _write(tmp_path, "VALUE = 2\n")
    assert _run(tmp_path, "plain") == "1"  # so Python does it
    assert _run(tmp_path) == "2"
    _write(tmp_path, "VALUE = 3\n")
    assert _run(tmp_path) == "3"


def test_bytecode_is_used_while_the_source_is_the_same(tmp_path: Path) -> None:
    _write(tmp_path, "VALUE = 1\n")
    _run(tmp_path)
    made = _find_bytecode(tmp_path).stat().st_mtime_ns
    assert _run(tmp_path) == "1"
    assert _find_bytecode(tmp_path).stat().st_mtime_ns == made


@pytest.mark.parametrize("length", [0, 3, 12, 16, 40])
def test_torn_bytecode_heals(tmp_path: Path, length: int) -> None:
    _write(tmp_path, "VALUE = 1\nOTHER = 'text that makes it longer'\n")
    _run(tmp_path)
    bytecode = _find_bytecode(tmp_path)
    bytecode.write_bytes(bytecode.read_bytes()[:length])
    assert _run(tmp_path) == "1"
    assert _run(tmp_path) == "1"


def test_nothing_need_be_kept(tmp_path: Path) -> None:
    _write(tmp_path, "VALUE = 1\n")
    (tmp_path / "bytecode").write_text("a file where a folder should be")
    assert _run(tmp_path) == "1"
