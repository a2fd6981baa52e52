"""Input from strangers: bounds on a run's file, its names and its values, before anything is done with them.

A run may come from anywhere. Its names become paths of files and words in a terminal, and its values are held
in memory, so none of them may be longer, deeper or other than any that a worker of ours would send.
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.keys import make_golden_key
from graph_goldens.records import Capture, Json, Record, RecordError, load_capture

LARGEST_FILE = 1 << 30
LONGEST_LINE = 64 << 20
MOST_RECORDS = 1_000_000
MOST_ARTIFACTS = 10_000
LONGEST_NAME = 200
LONGEST_TEXT = 32 << 20
LONGEST_NUMBER = 40
DEEPEST = 64
MOST_RULES = 1_000_000


def read_lines_within_bounds(file: Path) -> Iterator[str]:
    """Yield the lines of a file, as long as each and all of them are within bounds.

    Raises:
        RecordError: the file is too large, a line is too long, there are too many, or it is not UTF-8.
        OSError: it cannot be read.
    """
    with file.open("rb") as stream:
        if (size := stream.seek(0, 2)) > LARGEST_FILE:
            raise RecordError(f"it holds {size >> 20} MiB, and {LARGEST_FILE >> 20} are allowed")
        stream.seek(0)
        for number in range(MOST_RECORDS + 2):
            line = stream.readline(LONGEST_LINE + 1)
            if not line:
                return
            if len(line) > LONGEST_LINE:
                raise RecordError(f"line {number + 1} is longer than {LONGEST_LINE >> 20} MiB")
            yield line.decode().rstrip("\n")
    raise RecordError(f"it holds more than {MOST_RECORDS:,} records")


def read_json(line: str) -> object:
    """Read a line of JSON whose numbers are finite and whose values lie no deeper than any record's.

    Raises:
        RecordError: it is something else.
    """
    try:
        value = json.loads(
            line, parse_constant=_read_number, parse_float=_read_number, parse_int=_read_whole_number
        )
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not a line of JSON: {error}") from None
    _demand_shallow(value)
    return value


def read_capture(line: str) -> Capture:
    """Read a capture whose names can name a golden and whose values are within bounds.

    Raises:
        RecordError: the line is something else.
    """
    capture = load_capture(read_json(line))
    _demand_plain(capture.record)
    if capture.seconds < 0:
        raise RecordError(f"`seconds` of {_name_record(capture.record)} is not a time")
    return capture


def read_environment(value: object) -> Mapping[str, Json]:
    """Read what a run says of its environment; it is shown in one line, and its version names files.

    Raises:
        RecordError: it is something else.
    """
    if not isinstance(value, dict):
        raise RecordError("`environment` is not a JSON object")
    for name in ("torch", "python", "platform"):
        text = value.get(name)
        if not isinstance(text, str) or not _is_name(text) or set(text) & set("/\\ "):
            raise RecordError(f"`{name}` of its environment is not a plain word")
    return value


def _demand_plain(record: Record) -> None:
    """Refuse names that could leave the folder of goldens, steer a terminal, or name no file at all."""
    for name in (*record.case.split("/"), record.path):
        if not _is_name(name):
            raise RecordError(f"{_name_record(record)} is not the name of a record")
    try:
        make_golden_key(record.case, record.path)
    except UserError as error:
        raise RecordError(str(error)) from None
    if not 0 <= record.rules <= MOST_RULES:
        raise RecordError(f"`rules` of {_name_record(record)} is out of bounds")
    if record.source and not (_is_name(record.source) and record.source.isalnum()):
        raise RecordError(f"`source` of {_name_record(record)} is not a digest")
    if len(record.artifacts) > MOST_ARTIFACTS:
        raise RecordError(f"{_name_record(record)} has more than {MOST_ARTIFACTS:,} artifacts")
    for artifact in record.artifacts:
        if not _is_name(artifact.name):
            raise RecordError(f"{_name_record(record)} has an artifact without a proper name")
        if len(artifact.text) > LONGEST_TEXT:
            raise RecordError(
                f"an artifact of {_name_record(record)} is larger than {LONGEST_TEXT >> 20} MiB"
            )


def _is_name(text: str) -> bool:
    return 0 < len(text.encode("utf-8", "replace")) <= LONGEST_NAME and text.isprintable()


def _name_record(record: Record) -> str:
    """Name a record so that nothing in its name can be mistaken for something else."""
    return ascii(f"{record.case[:LONGEST_NAME]} · {record.path[:LONGEST_NAME]}")


def _read_number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise RecordError("a number of it is out of bounds")
    return value


def _read_whole_number(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise RecordError("a number of it is out of bounds")
    return int(text)


def _demand_shallow(value: object) -> None:
    level = [value]
    for _ in range(DEEPEST):
        if not level:
            return
        level = [inner for outer in level for inner in _list_values(outer)]
    raise RecordError(f"its values lie more than {DEEPEST} levels deep")


def _list_values(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        return iter(value.values())
    return iter(value) if isinstance(value, list) else iter(())
