"""`goldens check --watch` checks again what a saved file touches, tells what is wrong, and ends quietly."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import IO

import pytest

from tests.end_to_end.example import Example, make_alone

ONE = """
import torch

from graph_goldens import Case, case


@case
def one() -> Case:
    return Case(lambda x: x.sin(), args=(torch.ones(2),), paths=("symbolic-trace",))
"""
TWO = ONE.replace("def one", "def two").replace("sin", "cos")
WAITING = "Ctrl-C ends it"
_SECONDS = 120


class Watch:
    """A watch, whose lines are read as they come."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._lines: Queue[str] = Queue()
        streams = (process.stdout, process.stderr)
        self._readers = [threading.Thread(target=self._read, args=(stream,)) for stream in streams]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._lines.put(line)

    def read_round(self) -> str:
        """Read what is told until it waits, on both streams."""
        lines = [self._lines.get(timeout=_SECONDS)]
        while WAITING not in lines[-1]:
            lines.append(self._lines.get(timeout=_SECONDS))
        with suppress(Empty):
            while True:
                lines.append(self._lines.get(timeout=0.5))  # the other stream is read by another thread
        return "".join(lines)

    def end(self) -> tuple[int, str]:
        """Press Ctrl-C; return how it ended and what it told then."""
        os.killpg(self._process.pid, signal.SIGINT)
        code = self._process.wait(timeout=_SECONDS)
        for reader in self._readers:
            reader.join(_SECONDS)
        return code, "".join(self._lines.queue)


@pytest.fixture
def example(tmp_path: Path) -> Example:
    made = make_alone(tmp_path, {"p/one.py": ONE, "p/two.py": TWO})
    made.run("update", code=0)
    return made


@pytest.fixture
def watch(example: Example) -> Iterator[Watch]:
    process = example.start("check", "--watch")
    yield Watch(process)
    process.kill()


def test_a_watch_checks_what_a_saved_file_touches(example: Example, watch: Watch) -> None:
    assert "✓ 2 the same as their goldens" in watch.read_round()

    example.write({"cases/p/two.py": TWO.replace("cos", "tan")})
    said = watch.read_round()
    assert "saved: cases/p/two.py" in said, said
    assert "1 case × 1 tracing path = 1 record" in said, said
    assert "1 record as before" in said, said
    assert "✗ 1 drifted" in said, said

    example.write({"cases/p/two.py": "def two(:\n"})
    said = watch.read_round()
    assert "two.py" in said, said
    assert "SyntaxError" in said, said

    example.write({"cases/p/two.py": TWO})
    said = watch.read_round()
    assert "✗" not in said, said

    assert watch.end() == (0, "")
