"""What a person rejected: remembered until the record or its golden changes."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.files import read_if_there, write_whole
from graph_goldens.json_reading import read_json_as
from graph_goldens.records import Record, dump_record

_DIGEST_LENGTH = 24
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
    def identity(self) -> tuple[str, str, str, str]:
        """What was rejected, whatever the reason."""
        return self.case, self.path, self.record, self.golden


def make_rejection(record: Record, golden: Record | None, because: str = "") -> Rejection:
    """Reject a record that was held against a golden."""
    return Rejection(*record.key, _digest(record), _digest(golden), because)


def load_rejections(folder: Path) -> tuple[Rejection, ...]:
    """Read what was rejected, which lies below the working folder.

    Raises:
        UserError: the file does not hold rejections.
        ToolError: it cannot be read.
    """
    file = folder / _FILE
    try:
        return tuple(
            read_json_as(line, Rejection) for line in (read_if_there(file) or b"").decode().splitlines()
        )
    except ValueError:
        raise UserError(f"{file} does not hold what was rejected; delete it to start anew") from None


def save_rejections(folder: Path, rejections: Iterable[Rejection]) -> None:
    """Write what was rejected, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    write_whole(folder / _FILE, "".join(json.dumps(asdict(each)) + "\n" for each in rejections).encode())


def _digest(record: Record | None) -> str:
    """Digest a record without its case's source, which is not part of a drift."""
    if record is None:
        return ""
    content = {**dump_record(record), "source": ""}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:_DIGEST_LENGTH]
