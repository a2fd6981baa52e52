"""Nights one after another: a loop that a failure does not end, with a log and a file that says how it is."""

import datetime
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import explain_os_error
from graph_goldens.nights.night_state import write_state
from graph_goldens.nights.nightly import read_now
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.words import make_visible

HEALTH, LOG = "health.json", "nightly.log"
LARGEST_LOG = 1 << 20

_EVERY = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Health:
    """How the service is.

    Attributes:
        process: its process.
        doing: `looking` or `waiting`.
        since: since when, in UTC.
        build: the build that was last looked at; empty where none was.
        exit_code: how that ended; None where nothing has ended yet.
        problem: why the last night could not be looked at; empty where it could.
        next: when the next one is looked at, in UTC; None while one is.
    """

    process: int
    doing: str
    since: datetime.datetime
    build: str = ""
    exit_code: int | None = None
    problem: str = ""
    next: datetime.datetime | None = None


@dataclass(frozen=True)
class NightOutcome:
    """How one turn of the service ended: a build and an exit code, and a problem where there was one."""

    build: str
    exit_code: int
    problem: str = ""


def parse_every(text: str) -> datetime.timedelta:
    """Read how often nights are looked at: `6h`, `30m`, `1d`.

    Raises:
        UserError: it is not a length of time of at least a second.
    """
    found = _EVERY.fullmatch(text.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found and len(found[1]) < 7 else 0
    if not seconds:
        raise UserError(f"{text!r} is not a length of time; give one such as 6h, 30m or 1d to --every")
    return datetime.timedelta(seconds=seconds)


def serve_nights(
    root: Path,
    every: datetime.timedelta,
    look: Callable[[], NightOutcome],
    tell: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Look at a night, wait, and go on for ever; what fails is told, logged and tried again the next time.

    Args:
        root: the folder of nights, where log and health lie.
        every: how long it is from the beginning of one night to that of the next.
        look: looks at one night.
        tell: hears each line of the log too.
        sleep: waits some seconds.

    Raises:
        ToolError: log or health cannot be written.
    """
    outcome: NightOutcome | None = None
    while True:
        begun = read_now()
        _write_health(root, "looking", begun, outcome)
        outcome = _try(look)
        due = max(begun + every, read_now())
        _log(
            root,
            f"{outcome.build or 'no build'}: {outcome.problem or f'ended with {outcome.exit_code}'}",
            tell,
        )
        _write_health(root, "waiting", read_now(), outcome, due)
        while (left := (due - read_now()).total_seconds()) > 0:
            sleep(left)


def _try(look: Callable[[], NightOutcome]) -> NightOutcome:
    try:
        return look()
    except UserError as error:
        return NightOutcome("", ExitCode.USAGE, str(error))
    except ToolError as error:
        return NightOutcome("", ExitCode.TOOL_FAILED, str(error))


def _write_health(
    root: Path,
    doing: str,
    since: datetime.datetime,
    outcome: NightOutcome | None,
    due: datetime.datetime | None = None,
) -> None:
    last = outcome or NightOutcome("", 0)
    code = outcome.exit_code if outcome else None
    health = Health(os.getpid(), doing, since, last.build, code, last.problem, due)
    write_state(root / HEALTH, health)


def _log(root: Path, sentence: str, tell: Callable[[str], None]) -> None:
    """Add a line to the log; one that has grown large makes room and stays as `nightly.log.1`."""
    line = f"{read_now():%Y-%m-%dT%H:%M:%SZ} {make_visible(' '.join(sentence.split()))}"
    file = root / LOG
    with explain_os_error(f"write {file}"):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > LARGEST_LOG:
            file.replace(root / f"{LOG}.1")
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
    tell(line)
