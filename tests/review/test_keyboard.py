"""Keys come one at a time, and the terminal is as it was afterwards."""

import os
import pty
import signal
import sys
import termios
import threading
from collections.abc import Iterator

import pytest

from graph_goldens.review.keyboard import END, RESIZED, Keyboard


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a terminal that is the standard input: what is written there was typed."""
    outer, inner = pty.openpty()
    with os.fdopen(inner, "r") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield outer
    os.close(outer)


def test_keys_are_told_by_their_characters_and_names(typed: int) -> None:
    with Keyboard() as keyboard:
        os.write(typed, "aé→ \x1b[A\x1bOB\x1b[C\x1b[D\x1b[5~\x1b[6~\r\x04".encode())
        assert [keyboard.read() for _ in range(12)] == [
            "a", "é", "→", " ", "up", "down", "right", "left", "page up", "page down", "enter", END,
        ]  # fmt: skip


def test_a_sequence_that_is_not_known_is_one_key(typed: int) -> None:
    with Keyboard() as keyboard:
        os.write(typed, b"\x1b[1;5Cq\xff")
        assert keyboard.read() == "\x1b[1;5C"
        assert keyboard.read() == "q"
        assert keyboard.read() == "�"


def test_a_new_size_wakes_the_reader(typed: int) -> None:
    with Keyboard() as keyboard:
        os.kill(os.getpid(), signal.SIGWINCH)
        assert keyboard.read() == RESIZED
        os.write(typed, b"x")
        assert keyboard.read() == "x"


@pytest.mark.parametrize(("keys", "line"), [(b" some\x7fe text \n", "some text"), (b"\n", ""), (b"\x04", "")])
def test_a_line_is_edited_by_the_terminal_and_keys_come_again_after_it(
    typed: int, keys: bytes, line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with Keyboard() as keyboard:
        typing = threading.Timer(0.2, os.write, (typed, keys))
        typing.start()
        assert keyboard.read_line("because: ") == line
        typing.join()
        os.write(typed, b"x")
        assert keyboard.read() == "x"
    assert "because: " in capfd.readouterr().out


def test_the_terminal_and_the_signals_are_as_before(typed: int) -> None:
    before = termios.tcgetattr(sys.stdin.fileno())
    handlers = [signal.getsignal(number) for number in (signal.SIGWINCH, signal.SIGTERM)]
    with Keyboard():
        lines = termios.tcgetattr(sys.stdin.fileno())[3]
        assert not lines & (termios.ICANON | termios.ECHO)
    with pytest.raises(KeyboardInterrupt), Keyboard():
        raise KeyboardInterrupt
    assert termios.tcgetattr(sys.stdin.fileno()) == before
    assert [signal.getsignal(number) for number in (signal.SIGWINCH, signal.SIGTERM)] == handlers


def test_a_termination_leaves_in_order(typed: int) -> None:
    before = termios.tcgetattr(sys.stdin.fileno())
    with pytest.raises(SystemExit) as caught, Keyboard():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.code == 128 + signal.SIGTERM
    assert termios.tcgetattr(sys.stdin.fileno()) == before
