"""Single keys from a terminal, which is as it was before when the block ends, however it ends."""

import os
import re
import select
import signal
import sys
import termios
import tty
from types import FrameType, TracebackType

END = "end"
RESIZED = "resized"

_SEQUENCE = re.compile(rb"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])")
_NAMES = {
    b"\x1b[A": "up",
    b"\x1b[B": "down",
    b"\x1b[C": "right",
    b"\x1b[D": "left",
    b"\x1bOA": "up",
    b"\x1bOB": "down",
    b"\x1bOC": "right",
    b"\x1bOD": "left",
    b"\x1b[5~": "page up",
    b"\x1b[6~": "page down",
    b"\r": "enter",
    b"\n": "enter",
    b"\x04": END,
}


class Keyboard:
    """Reads keys one at a time; use it in a `with` block. Ctrl-C interrupts as always."""

    def __init__(self) -> None:
        self._terminal = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._terminal)
        self._buffer = b""
        self._woken, self._wake = os.pipe()

    def __enter__(self) -> "Keyboard":
        os.set_blocking(self._wake, False)
        self._old_wake = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._old_resize = signal.signal(signal.SIGWINCH, _ignore)
        self._old_end = signal.signal(signal.SIGTERM, _leave)
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)
        signal.signal(signal.SIGTERM, self._old_end)
        signal.signal(signal.SIGWINCH, self._old_resize)
        signal.set_wakeup_fd(self._old_wake)
        os.close(self._woken)
        os.close(self._wake)

    def read(self) -> str:
        """Read the next key, by its character or name; `RESIZED` after a change of size, `END` at the end."""
        while not self._buffer:
            ready, _, _ = select.select([self._terminal, self._woken], [], [])
            if self._woken in ready and signal.SIGWINCH in os.read(self._woken, 64):
                return RESIZED
            if self._terminal in ready:
                self._buffer = os.read(self._terminal, 1024)
                if not self._buffer:
                    return END
        return self._take()

    def read_line(self, prompt: str) -> str:
        """Ask for a line, which the terminal lets edit; empty where the person gives up."""
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)
        try:
            sys.stdout.write(prompt)
            sys.stdout.flush()
            while not self._await_input():  # a Ctrl-C just before `input` would be heard only after a line
                continue
            return input().strip()
        except EOFError:
            return ""
        finally:
            self._listen()

    def _await_input(self) -> bool:
        """Wait for something typed, which is a whole line where lines are asked for, or a signal."""
        ready, _, _ = select.select([self._terminal, self._woken], [], [])
        if self._woken in ready:
            os.read(self._woken, 64)
        return self._terminal in ready

    def _listen(self) -> None:
        tty.setcbreak(self._terminal)
        attributes = termios.tcgetattr(self._terminal)
        attributes[6][termios.VSUSP] = b"\x00"  # Ctrl-Z would leave the shell on this screen
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, attributes)

    def _take(self) -> str:
        found = _SEQUENCE.match(self._buffer)
        length = found.end() if found else _measure_character(self._buffer[0])
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return _NAMES.get(taken) or taken.decode(errors="replace")


def _measure_character(first: int) -> int:
    """Say how many bytes a character of UTF-8 has whose first byte is this."""
    return 1 + sum(first >= least for least in (0xC0, 0xE0, 0xF0))


def _ignore(number: int, frame: FrameType | None) -> None:
    """Let the signal only wake the reader."""


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
