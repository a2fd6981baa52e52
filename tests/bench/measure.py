"""Wall time and peak memory of a command and of all that it starts."""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.runs.exit_codes import ExitCode

_EVERY = 0.5
_MEBIBYTE = 1 << 20

GOLDENS = (sys.executable, "-m", "graph_goldens.cli")
"""What runs the command line."""


@dataclass(frozen=True)
class Measured:
    """What a command took.

    Attributes:
        seconds: wall time.
        cpu: time of all processes on all cores, in seconds.
        memory: the most that all its processes together held at once, shared pages counted once, in MiB.
        output: its standard output.
    """

    seconds: float
    cpu: float
    memory: float
    output: str


def run_check(folder: Path, *options: str, fails: bool = False) -> Measured:
    """Run `goldens check --json` in a folder.

    Raises:
        CalledProcessError: it failed, or where it should find drift it found none.
    """
    command = [*GOLDENS, "check", "--json", *options]
    return measure(command, folder, compose_variables(), ExitCode.SEMANTIC_DRIFT if fails else ExitCode.SAME)


def compose_variables() -> dict[str, str]:
    """Compose the environment of a command that is measured: it keeps its bytecode, as a user's does."""
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return variables


def measure(
    command: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None, status: int = 0
) -> Measured:
    """Run a command and watch its process tree.

    Raises:
        CalledProcessError: it ended otherwise than with that status.
    """
    used = os.times()
    start = time.perf_counter()
    most = 0.0
    with tempfile.TemporaryFile("w+") as stream:  # a pipe would fill while nobody reads it
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdout=stream, stderr=subprocess.DEVNULL, text=True
        )
        while process.poll() is None:
            most = max(most, sum(map(_proportional_size, _tree(process.pid))))
            with suppress(subprocess.TimeoutExpired):
                process.wait(_EVERY)
        seconds = time.perf_counter() - start
        stream.seek(0)
        output = stream.read()
    if process.returncode != status:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    ended = os.times()
    cpu = ended.children_user + ended.children_system - used.children_user - used.children_system
    return Measured(seconds, cpu, most / _MEBIBYTE, output)


def _tree(root: int) -> Iterator[int]:
    """Give a process and all its descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            children[parent].append(int(entry.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children[process]


def _parent(entry: Path) -> int | None:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None  # it ended meanwhile


def _proportional_size(process: int) -> int:
    """Give a process's memory in bytes; a page that several share counts in parts."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
