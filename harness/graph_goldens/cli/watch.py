"""`goldens check --watch`: checks once, and again whenever something is saved that a record depends on."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.text import Text

from graph_goldens.cli.consoles import make_progress_output
from graph_goldens.cli.endings import tell_failure
from graph_goldens.cli.streams import flush_streams
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.environment_matrix import Ended, Failure
from graph_goldens.gate.result import Result
from graph_goldens.gate.watched_files import WatchedFiles, wait_for_change
from graph_goldens.keys import Key
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.verdict import Verdict
from graph_goldens.words import format_count, join_some, make_visible

Waiting = Callable[[WatchedFiles, Mapping[str, str]], Sequence[str]]


class CheckOnce(Protocol):
    """Checks once and reports; only what was captured now where that is asked."""

    def __call__(self, *, touched_alone: bool) -> WatchedFiles:
        """Return what decided it."""


def keep_checking(
    check_once: CheckOnce, watched: WatchedFiles, root: Path, wait: Waiting = wait_for_change
) -> int:
    """Check, wait for what is saved, and check again, until Ctrl-C; what is wrong with a file ends nothing.

    Args:
        check_once: checks once.
        watched: what is known to decide the first check.
        root: the project's folder, from which files are named.
        wait: waits for what is saved.

    Returns:
        The code of a command that a person ended as it is ended.
    """
    console, seen, touched_alone = make_progress_output(), watched.look(), False
    try:
        while True:
            try:
                watched = watched.join(check_once(touched_alone=touched_alone))
            except (UserError, ToolError) as error:
                tell_failure(error)
            flush_streams()
            touched_alone, seen = True, {**watched.look(), **seen}
            console.print(f"watching {format_count(len(watched.files), 'file')}; Ctrl-C ends it", style="dim")
            saved = wait(watched, seen)
            seen = watched.look()
            _tell_saved(console, saved, root)
    except KeyboardInterrupt:
        return ExitCode.SAME


def _tell_saved(console: Console, saved: Sequence[str], root: Path) -> None:
    names = [make_visible(_name(Path(path), root)) for path in saved]
    console.print()
    console.print(
        Text(f"{time.strftime('%H:%M:%S')} saved: {join_some(names)}", style="bold"), soft_wrap=True
    )


def _name(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def keep_touched(ended: Iterable[Ended]) -> Iterator[Ended]:
    """Yield of what was found what was captured now, and say how the rest stands."""
    console = make_progress_output()
    for each in ended:
        if isinstance(each, Failure):
            yield each
            continue
        touched = frozenset(each.run.captures.keys() - each.run.reused)
        _tell_rest(console, [verdict for verdict in each.verdicts if verdict.record.key not in touched])
        if touched or each.run.mistakes or each.unused:
            yield _narrow(each, touched)
        else:
            console.print("no record depends on what was saved")


def _tell_rest(console: Console, rest: Sequence[Verdict]) -> None:
    failing = sum(verdict.exit_code is not ExitCode.SAME for verdict in rest)
    if rest:
        fail = f", {failing} of which fail: `goldens pending`" if failing else ""
        console.print(f"{format_count(len(rest), 'record')} as before{fail}", style="dim")


def _narrow(result: Result, touched: frozenset[Key]) -> Result:
    verdicts = [verdict for verdict in result.verdicts if verdict.record.key in touched]
    captures = {key: capture for key, capture in result.run.captures.items() if key in touched}
    run = replace(result.run, captures=captures, reused=frozenset())
    return replace(result, run=run, verdicts=verdicts, accepted=result.accepted & touched)
