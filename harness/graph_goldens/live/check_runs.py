"""Checks that a page starts: the ordinary command, one at a time, its progress and its log."""

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, Thread

from graph_goldens.environments.processes import Guarded, describe_ending, start
from graph_goldens.errors import UserError
from graph_goldens.json_reading import JsonError, parse_json
from graph_goldens.live.answers import CheckAnswer
from graph_goldens.records import Json
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.words import make_visible, shorten_text

MOST_LINES = 5_000
_LONGEST_LINE = 2_000
_EVENT = b"\x1e"
_WORDS: Mapping[int, str] = {
    ExitCode.SAME: "all as the goldens say",
    ExitCode.SEMANTIC_DRIFT: "semantic drift",
    ExitCode.USAGE: "it cannot be done as asked",
    ExitCode.COSMETIC_DRIFT: "cosmetic drift only",
    ExitCode.MISSING_OR_UNUSED: "missing or unused goldens",
    ExitCode.NOT_REPRODUCIBLE: "not reproducible",
    ExitCode.BROKEN_CLAIM: "a claim is broken",
    ExitCode.KNOWN_DRIFT_GONE: "known drift is gone",
    ExitCode.TOOL_FAILED: "the tool or an environment failed",
    ExitCode.INTERRUPTED: "interrupted",
}


@dataclass(frozen=True)
class CheckState:
    """A check that was started, as far as it has come.

    Attributes:
        number: which one it is since the server was started, from 1; 0 where none was.
        command: what a person would type.
        what: what is captured now.
        done: how many records of that were captured.
        total: how many there are; 0 where none are yet known of.
        dropped: how many lines of the log were dropped, as it grew too long.
        lines: the log, the oldest line first.
        code: the exit code, negative for a signal; None while it runs, and before the first.
        stopped: whether a person stopped it.
    """

    number: int = 0
    command: str = ""
    what: str = ""
    done: int = 0
    total: int = 0
    dropped: int = 0
    lines: tuple[str, ...] = ()
    code: int | None = None
    stopped: bool = False

    @property
    def running(self) -> bool:
        """Whether it is running."""
        return self.number > 0 and self.code is None

    @property
    def ending(self) -> str:
        """How it ended, in words; empty while it runs."""
        if self.code is None:
            return ""
        if self.stopped:
            return "stopped; what was captured is kept"
        words = _WORDS.get(self.code)
        return f"{words} ({self.code})" if words else f"it ended with {describe_ending(self.code)}"

    def encode(self, start_at: int = 0) -> dict[str, Json]:
        """Encode it, with the lines of the log from one on, counted from the first that was ever written."""
        first = max(start_at, self.dropped)
        return {
            "number": self.number,
            "command": self.command,
            "what": self.what,
            "done": self.done,
            "total": self.total,
            "first": first,
            "lines": list(self.lines[first - self.dropped :]),
            "running": self.running,
            "code": self.code,
            "ending": self.ending,
        }

    def add_line(self, line: str) -> "CheckState":
        """Add a line to the log, which forgets its oldest where it is long."""
        lines = (*self.lines, shorten_text(make_visible(line), _LONGEST_LINE))
        over = max(0, len(lines) - MOST_LINES)
        return replace(self, lines=lines[over:], dropped=self.dropped + over)

    def add_event(self, event: object) -> "CheckState":
        """Add what an event of `goldens check --events` tells."""
        match event:
            case {"note": str(text)}:
                return self.add_line(text)
            case {"begin": str(what), "total": int(total)}:
                return replace(self, what=what, done=0, total=total).add_line(f"{what}: {total} records")
            case {
                "case": str(case),
                "path": str(path),
                "outcome": str(outcome),
                "seconds": float() | int() as s,
            }:
                done = replace(self, done=self.done + 1)
                return done.add_line(f"{done.done}/{done.total}  {case} · {path}  {outcome}, {s:.1f} s")
            case _:
                return self


@dataclass
class CheckRunner:
    """Runs `goldens check` for pages, one at a time.

    Attributes:
        root: the project's folder, in which it runs.
        places: options that every check gets, such as `--cases DIR`.
        tell: hears of each step, in any thread.
        look: called when one has ended.
    """

    root: Path
    places: Sequence[str]
    tell: Callable[[CheckState], None]
    look: Callable[[], object]
    state: CheckState = CheckState()
    _lock: Lock = field(default_factory=Lock)
    _process: Guarded | None = None

    def start(self, answer: CheckAnswer) -> CheckState:
        """Start a check.

        Raises:
            UserError: one is running, or what is to be checked is not said in words.
        """
        arguments = [*_list_options(answer)]
        with self._lock:
            if self.state.running:
                raise UserError("a check is running already; wait until it ends, or stop it")
            command = [sys.executable, "-P", "-u", "-m", "graph_goldens.cli", "check", "--events"]
            process = start([*command, *self.places, *arguments], _compose_variables(), self.root)
            shown = shlex.join(["goldens", "check", *arguments])
            self.state = CheckState(self.state.number + 1, shown)
            self._process = process
        Thread(target=self._follow, args=(process,), daemon=True).start()
        self.tell(self.state)
        return self.state

    def stop(self) -> None:
        """Stop the check that runs, if one does; records that were captured stay known."""
        with self._lock:
            process, running = self._process, self.state.running
            if running:
                self.state = replace(self.state, stopped=True)
        if process and running:
            process.kill()

    def _follow(self, process: Guarded) -> None:
        """Read what the command writes until it ends."""
        for line in _read_lines(process):
            event = _read_event(line)
            with self._lock:
                if event is not None:
                    self.state = self.state.add_event(event)
                else:
                    self.state = self.state.add_line(line.decode("utf-8", "replace").rstrip())
            self.tell(self.state)
        code = process.wait()
        process.kill()
        try:
            self.look()
        finally:  # else no other check could ever be started
            with self._lock:
                self.state = replace(self.state, code=code)
            self.tell(self.state)


def _list_options(answer: CheckAnswer) -> Iterator[str]:
    for text in (*answer.cases, *answer.paths, *answer.versions):
        if not text.strip():
            raise UserError("an empty word names no case, tracing path or version; leave it out")
    yield from (f"--path={path}" for path in answer.paths)
    yield from (f"--torch={version}" for version in answer.versions)
    if answer.cases:
        yield from ("--", *answer.cases)


def _compose_variables() -> dict[str, str]:
    """Compose the command's environment: this one's, and no colours, since a page reads it."""
    own = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    return {**own, "NO_COLOR": "1", "COLUMNS": "120", "PYTHONUTF8": "1"}


def _read_lines(process: Guarded) -> Iterator[bytes]:
    assert process.process.stdout is not None
    try:
        yield from process.process.stdout
    except ValueError:  # it was closed as the check was stopped
        return


def _read_event(line: bytes) -> object | None:
    """Read an event; None where a line is for people."""
    if not line.startswith(_EVENT):
        return None
    try:
        return parse_json(line[1:].decode("utf-8", "replace"))
    except JsonError:
        return None
