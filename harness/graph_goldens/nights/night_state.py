"""The folder in which nights are kept: a bounded number of runs, and what was told already."""

import datetime
import json
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from graph_goldens.errors import UserError
from graph_goldens.files import explain_os_error, explain_read_errors, read_if_there, write_whole
from graph_goldens.json_reading import read_json_as
from graph_goldens.nights.night import DriftMark, Night
from graph_goldens.runs.run import Run, load_run, write_run

NIGHTS_KEPT = 7
WEEKS_KEPT = 8
MOST_BYTES = 512 << 20
MOST_REMEMBERED = 20_000

_NIGHT, _BEGUN, _RUN, _TOLD = "night.json", "begun.json", "run.jsonl", "told.json"
_OUTBOX = "outbox.json"


@dataclass(frozen=True)
class Told:
    """What was told already.

    Attributes:
        drifts: what was told to be new and has not gone since.
        gone: what was told to be gone, the latest last; it is told to be back if it comes again.
        decisions: names of decisions with what was told of them: `ending`, `over`, `gone`.
        failure: the failure that was told last; empty since a night went well.
        messages: how many messages there were so far.
    """

    drifts: tuple[DriftMark, ...] = ()
    gone: tuple[DriftMark, ...] = ()
    decisions: tuple[tuple[str, str], ...] = ()
    failure: str = ""
    messages: int = 0


@dataclass(frozen=True)
class Outbox:
    """A message that is being sent: until that is known to be done, it is sent again, and nothing else.

    Attributes:
        message: the message.
        told: what was told once it was sent.
    """

    message: dict[str, Any]
    told: Told


@dataclass(frozen=True)
class NightState:
    """A folder of nights; whoever uses it holds its lock.

    Attributes:
        root: the folder.
    """

    root: Path

    @property
    def lock(self) -> Path:
        """The file of the lock that one command at a time holds."""
        return self.root / "nights.lock"

    @property
    def latest(self) -> Path:
        """The folder of what was last found: page, summary and JSON."""
        return self.root / "latest"

    @property
    def places(self) -> tuple[Path, ...]:
        """What is state; lock, log and health beside it are of the machine."""
        return (self.root / "nights", self.root / _TOLD, self.root / _OUTBOX, self.latest)

    def clear(self) -> None:
        """Remove the state."""
        with explain_os_error(f"clear {self.root}"):
            for place in self.places:
                if place.is_dir() and not place.is_symlink():
                    shutil.rmtree(place)
                else:
                    place.unlink(missing_ok=True)

    def list_nights(self) -> list[Night]:
        """List the nights that were finished, the oldest first.

        Raises:
            UserError: a file that should hold a night does not.
            ToolError: the file system reports an error.
        """
        files = (folder / _NIGHT for folder in self._list_folders())
        return [read_state(file, Night, "a night") for file in files if file.is_file()]

    def find_run(self, number: int) -> Run | None:
        """Load the run of a night; None where it is not kept.

        Raises:
            UserError: the file is not a run.
        """
        file = self._locate(number) / _RUN
        return load_run(file) if file.is_file() else None

    def keep_run(self, night: Night, run: Run) -> None:
        """Keep the run of a night that is being looked at, with what it will be noted as."""
        write_run(run, self._locate(night.number) / _RUN)
        write_state(self._locate(night.number) / _BEGUN, night)

    def finish(self, night: Night) -> None:
        """Note that a night was looked at, and told of: it is the last night from then on."""
        write_state(self._locate(night.number) / _NIGHT, night)

    def find_unfinished(self, number: int, environment: str) -> Run | None:
        """Load the run of a night that a killed command had captured in an environment of this name."""
        file = self._locate(number) / _BEGUN
        with suppress(UserError):
            if file.is_file() and read_state(file, Night, "a night").environment == environment:
                return self.find_run(number)
        return None

    def load_told(self) -> Told:
        """Read what was told already.

        Raises:
            UserError: the file does not hold that.
        """
        file = self.root / _TOLD
        return read_state(file, Told, "what was told") if file.exists() else Told()

    def save_told(self, told: Told) -> None:
        """Keep what was told, the oldest of it forgotten where that is more than will ever be needed."""
        gone = told.gone[-MOST_REMEMBERED:]
        write_state(self.root / _TOLD, replace(told, gone=gone, decisions=told.decisions[-MOST_REMEMBERED:]))

    def load_outbox(self) -> Outbox | None:
        """Read the message that is being sent, if one is.

        Raises:
            UserError: the file does not hold that.
        """
        file = self.root / _OUTBOX
        found: Outbox | None = read_state(file, Outbox, "a message") if file.exists() else None
        return found

    def save_outbox(self, outbox: Outbox) -> None:
        """Keep a message before it is sent."""
        write_state(self.root / _OUTBOX, outbox)

    def close_outbox(self, told: Told) -> None:
        """Note that the message was sent."""
        self.save_told(told)
        with explain_os_error("remove what was sent"):
            (self.root / _OUTBOX).unlink(missing_ok=True)

    def thin_out(self) -> list[Night]:
        """Remove nights that are no longer needed, and return them: see `choose_kept`."""
        nights = self.list_nights()
        sizes = {night.number: measure_folder(self._locate(night.number)) for night in nights}
        kept = choose_kept(nights, sizes)
        dropped = [night for night in nights if night.number not in kept]
        for night in dropped:
            _remove(self._locate(night.number))
        return dropped

    def _locate(self, number: int) -> Path:
        return self.root / "nights" / f"{number:06}"

    def _list_folders(self) -> list[Path]:
        folder = self.root / "nights"
        with explain_read_errors(folder):
            return sorted(each for each in folder.glob("[0-9]*") if each.is_dir())


def choose_kept(nights: Sequence[Night], sizes: dict[int, int], most: int = MOST_BYTES) -> set[int]:
    """Choose the nights that stay: the last seven, then the last of each of eight weeks, within a size.

    Args:
        nights: the nights, the oldest first.
        sizes: how many bytes each takes, by number.
        most: the most bytes that all may take; the last two nights stay whatever they take.
    """
    kept = [night.number for night in nights[-NIGHTS_KEPT:]]
    weeks = {_find_week(night.looked): night.number for night in nights[:-NIGHTS_KEPT]}
    kept = [*sorted(weeks.values())[-WEEKS_KEPT:], *kept]
    while len(kept) > 2 and sum(sizes.get(number, 0) for number in kept) > most:
        kept.pop(0)
    return set(kept)


def _find_week(moment: datetime.datetime) -> tuple[int, int]:
    year, week, _ = moment.isocalendar()
    return year, week


def measure_folder(folder: Path) -> int:
    """Count the bytes of the files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _remove(folder: Path) -> None:
    """Remove a night, its note first: what is left of it when this dies is no finished night."""
    with explain_os_error(f"remove {folder}"):
        (folder / _NIGHT).unlink(missing_ok=True)
        if folder.exists():
            shutil.rmtree(folder)


def read_state(file: Path, kind: type[Any], what: str) -> Any:
    """Read a file of the state as a dataclass.

    Raises:
        UserError: it holds something else.
    """
    try:
        return read_json_as(read_if_there(file) or b"", kind)
    except ValueError as error:
        raise UserError(f"{file} does not hold {what}: {error}; remove it to start anew") from None


def write_state(file: Path, value: Any) -> None:
    """Write a dataclass of the state, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    write_whole(file, (json.dumps(asdict(value), default=_encode, indent=1) + "\n").encode())


def _encode(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value)} is not kept")


def join_marks(*marks: Iterable[DriftMark]) -> tuple[DriftMark, ...]:
    """Join marks in their order, each once."""
    return tuple(dict.fromkeys(mark for each in marks for mark in each))
