"""`goldens review` as a person meets it: the real command at a terminal, key by key."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.drifted import ADD, SUB, Drifted
from tests.end_to_end.example import REPOSITORY

SECONDS = 60
LAST = "q quit"


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A pseudo-terminal with a command in it; what it draws is read until it draws something new."""

    def __init__(self, root: Path, columns: int, rows: int, *arguments: str) -> None:
        self._outer, self._inner = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self._inner)
        self.drawn = b""
        variables = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "graph_goldens.cli", "review", *arguments],
            cwd=root,
            env={**variables, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm-256color"},
            stdin=self._inner,
            stdout=self._inner,
            stderr=self._inner,
            start_new_session=True,
            preexec_fn=self._begin,
        )

    def _begin(self) -> None:
        _heed_interrupts()
        fcntl.ioctl(self._inner, termios.TIOCSCTTY, 0)  # so that it hears of Ctrl-C and of a new size

    def resize(self, columns: int, rows: int) -> None:
        self._columns = columns
        fcntl.ioctl(self._outer, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys: str) -> None:
        os.write(self._outer, keys.encode())

    def wait_for(self, text: str, *, whole: bool = True) -> str:
        """Read until a screen, a whole one if that is wanted, holds a text, and give that screen."""
        deadline = time.monotonic() + SECONDS
        while not (text in self.screen and (self._is_whole or not whole)):
            assert time.monotonic() < deadline, f"never drawn: {self.screen}"
            assert self.process.poll() is None, f"it ended: {self.screen}"
            if select.select([self._outer], [], [], 0.2)[0]:
                self.drawn += os.read(self._outer, 65536)
        return self.screen

    def wait_for_question(self, text: str) -> None:
        """Read until a question is asked, over whatever screen."""
        deadline = time.monotonic() + SECONDS
        while text not in self.screen:
            assert time.monotonic() < deadline, f"never asked: {self.screen}"
            if select.select([self._outer], [], [], 0.2)[0]:
                self.drawn += os.read(self._outer, 65536)

    @property
    def screen(self) -> str:
        """What was drawn since the cursor last went to the first line, as far as it was read.

        What was read may end within a character, or within an escape that begins the next screen.
        """
        drawn = self.drawn.rpartition(b"\x1b[H")[2]
        return plain(re.sub(rb"\x1b(\[[0-9;?]*)?$", b"", drawn).decode(errors="ignore"))

    @property
    def _is_whole(self) -> bool:
        """Whether the last line of the screen was drawn to its end."""
        last = self.screen.rpartition("\n")[2]
        return LAST in self.screen and len(last) >= self._columns

    def end(self) -> tuple[int, str]:
        """Wait for the command's end; give its code and the last that it wrote, escapes included."""
        deadline, last = time.monotonic() + SECONDS, ""
        while time.monotonic() < deadline:
            if select.select([self._outer], [], [], 0.2)[0]:
                last += os.read(self._outer, 65536).decode(errors="replace")
            elif self.process.poll() is not None:
                break
        return self.process.wait(timeout=SECONDS), last

    @property
    def restored(self) -> bool:
        """Whether the terminal behaves as it did before."""
        return termios.tcgetattr(self._inner) == self.before

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for descriptor in (self._inner, self._outer):
            with suppress(OSError):
                os.close(descriptor)


def plain(drawn: str) -> str:
    """What was drawn without colours and movements of the cursor."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", drawn)


@pytest.fixture
def drifted(tmp_path: Path) -> Drifted:
    return Drifted(tmp_path)


@pytest.fixture
def terminal(drifted: Drifted) -> Iterator[Terminal]:
    opened = Terminal(drifted.example.root, 80, 24)
    yield opened
    opened.close()


def test_a_semantic_cluster_is_accepted_with_the_reason_that_was_typed(
    drifted: Drifted, terminal: Terminal
) -> None:
    first = terminal.wait_for(LAST)
    assert "1 of 3  operators · 2 goldens" in first
    assert f"- add = {ADD}(x, 2)" in first
    assert f"+ add = {SUB}(x, 2)" in first
    terminal.type("a")
    terminal.wait_for("accept 2 goldens because")
    terminal.type("subtract\x7fts now\n")
    assert "accepted 2 goldens: operators" in terminal.wait_for("2 of 3")
    terminal.type("q")
    code, last = terminal.end()
    assert code == 0
    assert "accepted 2 goldens, rejected 0, skipped 0 clusters, 2 clusters left" in plain(last)
    assert [drifted.because(case) for case in ("first", "second", "third", "fourth")] == [
        "subtracts now",
        "subtracts now",
        "",
        None,
    ]


def test_all_steps_to_the_end_and_a_summary(drifted: Drifted, terminal: Terminal) -> None:
    terminal.wait_for("1 of 3  operators")
    terminal.type("r")
    assert "rejected 2 records: operators" in terminal.wait_for("2 of 3  renamed")
    terminal.type("A")
    terminal.wait_for("3 of 3  new")
    terminal.type("s")
    code, last = terminal.end()
    assert code == 0
    assert "accepted 1 golden, rejected 2, skipped 1 cluster" in plain(last)
    assert terminal.restored
    assert [drifted.holds(record) for record in drifted.new] == [False, False, True, False]
    assert "operators" in drifted.run("pending", "--all", code=0).output


def test_a_cluster_is_said_to_be_known_until_a_day(drifted: Drifted, terminal: Terminal) -> None:
    before = drifted.example.goldens()
    terminal.wait_for("1 of 3  operators")
    terminal.type("t")
    terminal.wait_for("known because")
    terminal.type("reported\n")
    terminal.wait_for("until which day", whole=False)
    terminal.type("tomorrow\n")
    assert "1 of 3" in terminal.wait_for("'tomorrow' is not a date")
    assert drifted.example.goldens() == before
    terminal.type("t")
    terminal.wait_for("known because")
    terminal.type("reported\n")
    terminal.wait_for("until which day", whole=False)
    terminal.type("2999-01-31\n")
    assert "known 2 records: operators" in terminal.wait_for("2 of 3  renamed")
    terminal.type("q")
    code, last = terminal.end()
    assert code == 0
    assert "known 2, skipped 0 clusters, 2 clusters left" in plain(last)
    (decision,) = drifted.run("known", "--json", code=0).json
    assert (decision["because"], decision["until"], len(decision["records"])) == ("reported", "2999-01-31", 2)


def test_that_a_cluster_is_known_can_be_undone(drifted: Drifted, terminal: Terminal) -> None:
    before = drifted.example.goldens()
    terminal.wait_for("1 of 3  operators")
    terminal.type("t")
    terminal.wait_for("known because")
    terminal.type("reported\n")
    terminal.wait_for("until which day", whole=False)
    terminal.type("\n")
    terminal.wait_for("2 of 3  renamed")
    assert drifted.example.goldens() != before
    terminal.type("u")
    assert "the last step is undone" in terminal.wait_for("1 of 3  operators")
    assert drifted.example.goldens() == before
    terminal.type("q")
    assert terminal.end()[0] == 0


def test_without_a_reason_nothing_is_accepted(drifted: Drifted, terminal: Terminal) -> None:
    before = drifted.example.goldens()
    terminal.wait_for(LAST)
    terminal.type("a")
    terminal.wait_for("because")
    terminal.type("\n")
    assert "1 of 3" in terminal.wait_for("not accepted: semantic drift needs a reason")
    terminal.type("q")
    assert terminal.end()[0] == 0
    assert drifted.example.goldens() == before


def test_what_is_looked_at_can_be_changed(terminal: Terminal) -> None:
    terminal.wait_for("golden 1 of 2  p/first · export")
    terminal.type("\x1b[C")
    terminal.wait_for("golden 2 of 2  p/second · export")
    terminal.type("k")
    terminal.wait_for("golden 1 of 2  p/first · export")
    terminal.type("o")
    assert SUB not in terminal.wait_for("# p/first · export")
    terminal.type("  ")
    terminal.wait_for(f"call_function[target={ADD}]")
    terminal.type("\x1b[5~b\x1b[A")
    terminal.wait_for("# p/first · export")
    terminal.type("n\x1b[6~ ")
    assert ADD not in terminal.wait_for(f"call_function[target={SUB}]")
    terminal.type("p")
    terminal.wait_for("return Case(lambda x: x + x")
    terminal.type("?")
    terminal.wait_for("Every step is a command too")
    terminal.type("d")
    terminal.wait_for(f"+ add = {SUB}(x, 2)")


@pytest.mark.parametrize(("columns", "rows"), [(140, 40), (80, 24), (60, 14)])
def test_a_screen_fills_the_terminal_and_follows_its_size(
    terminal: Terminal, columns: int, rows: int
) -> None:
    terminal.wait_for("1 of 3")
    terminal.resize(100, 30)
    terminal.wait_for("─" * 100)
    terminal.resize(columns, rows)
    terminal.type("o")
    lines = terminal.wait_for("# p/first · export").split("\n")
    assert len(lines) == rows
    assert {len(line) for line in lines} == {columns}


def test_ctrl_c_leaves_the_terminal_and_the_goldens_as_they_were(
    drifted: Drifted, terminal: Terminal
) -> None:
    before = drifted.example.goldens()
    terminal.wait_for(LAST)
    assert not terminal.restored
    terminal.type("\x03")
    code, last = terminal.end()
    assert code == 130
    assert "\x1b[?1049l" in last
    assert "\x1b[?25h" in last
    assert "interrupted; every golden is whole" in plain(last).replace("\n", " ")
    assert terminal.restored
    assert drifted.example.goldens() == before


def test_ctrl_c_at_the_question_for_a_reason_leaves_too(drifted: Drifted, terminal: Terminal) -> None:
    terminal.wait_for(LAST)
    terminal.type("a")
    terminal.wait_for("because")
    terminal.type("half a rea\x03")
    assert terminal.end()[0] == 130
    assert terminal.restored
    assert not any(drifted.holds(record) for record in drifted.new)


def test_a_terminated_review_restores_the_terminal(terminal: Terminal) -> None:
    terminal.wait_for(LAST)
    terminal.process.terminate()
    code, last = terminal.end()
    assert code == 128 + signal.SIGTERM
    assert "\x1b[?1049l" in last
    assert terminal.restored


def test_a_review_without_a_terminal_names_the_plain_commands(drifted: Drifted) -> None:
    ended = drifted.example.run("review", code=2)
    assert ended.last_error.startswith("goldens: a review needs a terminal; without one use")
    assert all(f"goldens {command}" in ended.last_error for command in ("pending", "accept", "reject"))


def test_a_decision_and_a_skip_can_be_undone(drifted: Drifted, terminal: Terminal) -> None:
    before = drifted.example.goldens()
    terminal.wait_for("1 of 3  operators")
    terminal.type("u")
    terminal.wait_for("nothing was decided yet")
    terminal.type("a")
    terminal.wait_for("accept 2 goldens because")
    terminal.type("subtracts\n")
    terminal.wait_for("2 of 3  renamed")
    assert drifted.example.goldens() != before
    terminal.type("s")
    terminal.wait_for("3 of 3  new")
    terminal.type("u")
    terminal.wait_for("2 of 3  renamed")
    terminal.type("u")
    terminal.wait_for("1 of 3  operators")
    assert drifted.example.goldens() == before
    terminal.type("q")
    code, last = terminal.end()
    assert code == 0
    assert "accepted 0 goldens, rejected 0, skipped 0 clusters, 3 clusters left" in plain(last)
    assert drifted.run("pending", code=0).output.count("operators") > 0


def test_one_golden_of_a_cluster_is_accepted_alone(drifted: Drifted, terminal: Terminal) -> None:
    terminal.wait_for("golden 1 of 2  p/first · export")
    terminal.type("g")
    terminal.wait_for("accept 1 golden because")
    terminal.type("only this\n")
    assert "accepted p/first · export alone" in terminal.wait_for("operators · 1 golden")
    terminal.type("q")
    assert terminal.end()[0] == 0
    assert [drifted.because(case) for case in ("first", "second")] == ["only this", ""]


def test_what_is_left_can_be_filtered_and_listed(terminal: Terminal) -> None:
    terminal.wait_for("1 of 3  operators")
    terminal.type("/")
    terminal.wait_for("(empty: all)")
    terminal.type("renamed\n")
    terminal.wait_for("1 of 1  renamed")
    terminal.type("/")
    terminal.wait_for("(empty: all)")
    terminal.type("\n")
    terminal.wait_for("1 of 3  operators")
    terminal.type("l")
    terminal.wait_for_question("go to number")
    terminal.type("3\n")
    terminal.wait_for("1 of 3  new")
    terminal.type("l")
    terminal.wait_for_question("go to number")
    terminal.type("9\n")
    terminal.wait_for("there is no number 9 in the list")
