"""What a person decided and the tool remembers: lines of one file below the working folder."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from graph_goldens.errors import UserError
from graph_goldens.files import read_if_there, write_whole
from graph_goldens.json_reading import read_json_as
from graph_goldens.records import Record, dump_record

_DIGEST_LENGTH = 24

Line = TypeVar("Line")
Identity = tuple[str, str, str, str]


def load_lines(file: Path, kind: type[Line], what: str) -> tuple[Line, ...]:
    """Read what was decided: a dataclass of texts for each line.

    Args:
        file: the file; that there is none means that nothing was decided.
        kind: the dataclass.
        what: what the file holds, as the end of a sentence: `what was rejected`.

    Raises:
        UserError: the file does not hold that.
        ToolError: it cannot be read.
    """
    try:
        return tuple(read_json_as(line, kind) for line in (read_if_there(file) or b"").decode().splitlines())
    except ValueError:
        raise UserError(f"{file} does not hold {what}; delete it to start anew") from None


def save_lines(file: Path, lines: Iterable[Any]) -> None:
    """Write what was decided, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    write_whole(file, "".join(json.dumps(asdict(each)) + "\n" for each in lines).encode())


def identify(record: Record, golden: Record | None) -> Identity:
    """Name a record that is held against a golden; another record or another golden makes another name."""
    return *record.key, _digest(record), _digest(golden)


def _digest(record: Record | None) -> str:
    """Digest a record without its case's source, which is not part of a drift; empty where there is none."""
    if record is None:
        return ""
    content = {**dump_record(record), "source": ""}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:_DIGEST_LENGTH]
