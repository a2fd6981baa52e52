"""The progress of a command: a bar in a terminal, a line now and then elsewhere."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from graph_goldens.gate.watcher import Watcher
from graph_goldens.records import Capture, Json
from graph_goldens.words import format_count, make_json_visible, make_visible

_STEPS = 10
_BEGIN = "\x1e"  # RFC 7464, JSON text sequences: no line of people's begins so


def make_bars(console: Console) -> Progress:
    """Make the bars of what is done at once, which only a terminal shows."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[last]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


class ProgressWatcher:
    """Shows notes and captures on a console; use it in a `with` block, where the bars are its own.

    Args:
        console: where to show them.
        title: what each line begins with, of several watchers at once.
        bars: the bars of all of them, which another starts and stops; its own where None.
    """

    def __init__(self, console: Console, title: str = "", bars: Progress | None = None) -> None:
        self._console = console
        self._title = f"{title}: " if title else ""
        self._bar = bars or make_bars(console)
        self._task: TaskID | None = None
        self._what = ""
        self._done = 0
        self._total = 0

    def __enter__(self) -> "ProgressWatcher":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def note(self, text: str) -> None:
        """Show what is being done now."""
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None
        self._console.print(Text(self._title + make_visible(text), style="dim"), soft_wrap=True)

    def begin(self, what: str, total: int) -> None:
        """Show how many records are to come."""
        self._what, self._done, self._total = self._title + what, 0, total
        self._task = self._bar.add_task(self._what, total=total, last="")
        if not self._console.is_terminal:
            self._console.print(f"{self._what}: {format_count(total, 'record')}")

    def advance(self, capture: Capture) -> None:
        """Show one more record."""
        self._done += 1
        if self._task is not None:
            self._bar.update(self._task, completed=self._done, last=" · ".join(capture.record.key))
        if not self._console.is_terminal and self._is_step():
            self._console.print(f"{self._what}: {self._done}/{self._total}")

    def _is_step(self) -> bool:
        step = max(1, self._total // _STEPS)
        return self._done == self._total or self._done % step == 0


class EventWatcher:
    """Writes notes and captures to standard error as JSON, one to a line, for a program that shows them."""

    def note(self, text: str) -> None:
        """Tell what is being done now."""
        _write_event({"note": text})

    def begin(self, what: str, total: int) -> None:
        """Tell how many records are to come."""
        _write_event({"begin": what, "total": total})

    def advance(self, capture: Capture) -> None:
        """Tell of one more record."""
        case, path = capture.record.key
        outcome = capture.record.outcome.value
        _write_event({"case": case, "path": path, "outcome": outcome, "seconds": round(capture.seconds, 3)})


def _write_event(event: Json) -> None:
    sys.stderr.write(f"{_BEGIN}{make_json_visible(json.dumps(event, ensure_ascii=False))}\n")
    sys.stderr.flush()


@contextmanager
def open_watcher(console: Console, *, events: bool) -> Iterator[Watcher]:
    """Yield what shows the progress of captures: to a person on a console, or as events to a program."""
    if events:
        yield EventWatcher()
        return
    with ProgressWatcher(console) as watcher:
        yield watcher
