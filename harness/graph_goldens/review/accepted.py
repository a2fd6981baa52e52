"""Changes that a person accepted in records whose other changes still wait."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.review.remembered import Identity, load_lines, save_lines

_FILE = "accepted.jsonl"


@dataclass(frozen=True)
class AcceptedChange:
    """One change of one record that may become part of a golden, once its other changes are accepted too.

    Attributes:
        case: the case's full name.
        path: the tracing path's name.
        record: digest of the record.
        golden: digest of the golden's record.
        change: the change's fingerprint.
        because: the reason, where one was given.
    """

    case: str
    path: str
    record: str
    golden: str
    change: str
    because: str = ""

    @property
    def identity(self) -> Identity:
        """What it was accepted in."""
        return self.case, self.path, self.record, self.golden


def load_accepted(folder: Path) -> Mapping[Identity, tuple[AcceptedChange, ...]]:
    """Read which changes were accepted, which lies below the working folder, by what they were accepted in.

    Raises:
        UserError: the file does not hold accepted changes.
        ToolError: it cannot be read.
    """
    found: dict[Identity, list[AcceptedChange]] = {}
    for each in load_lines(folder / _FILE, AcceptedChange, "which changes were accepted"):
        found.setdefault(each.identity, []).append(each)
    return {identity: tuple(changes) for identity, changes in found.items()}


def save_accepted(folder: Path, accepted: Iterable[AcceptedChange]) -> None:
    """Write which changes were accepted, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    save_lines(folder / _FILE, accepted)
