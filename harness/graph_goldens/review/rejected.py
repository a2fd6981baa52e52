"""What a person rejected: remembered until the record or its golden changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.records import Record
from graph_goldens.review.remembered import Identity, identify, load_lines, save_lines

_FILE = "rejected.jsonl"


@dataclass(frozen=True)
class Rejection:
    """One record that is not to become a golden.

    Attributes:
        case: the case's full name.
        path: the tracing path's name.
        record: digest of the record.
        golden: digest of the golden's record; empty where there was none.
        because: the reason, where one was given.
    """

    case: str
    path: str
    record: str
    golden: str
    because: str = ""

    @property
    def identity(self) -> Identity:
        """What was rejected, whatever the reason."""
        return self.case, self.path, self.record, self.golden


def make_rejection(record: Record, golden: Record | None, because: str = "") -> Rejection:
    """Reject a record that was held against a golden."""
    return Rejection(*identify(record, golden), because)


def load_rejections(folder: Path) -> tuple[Rejection, ...]:
    """Read what was rejected, which lies below the working folder.

    Raises:
        UserError: the file does not hold rejections.
        ToolError: it cannot be read.
    """
    return load_lines(folder / _FILE, Rejection, "what was rejected")


def save_rejections(folder: Path, rejections: Iterable[Rejection]) -> None:
    """Write what was rejected, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    save_lines(folder / _FILE, rejections)
