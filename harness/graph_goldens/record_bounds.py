"""Bounds on records: what a worker of ours may send is what a run may hold, and the other way round.

Names become paths of files and words in a terminal, and values are held in memory, so none of them may be
longer, deeper or other than here, whoever sends them.
"""

import json
import math
from collections.abc import Iterator

from graph_goldens.names import LONGEST_NAME, explain_bad_name
from graph_goldens.records import Capture, Record, RecordError, load_capture

MOST_ARTIFACTS = 10_000
LONGEST_TEXT = 32 << 20
LONGEST_NUMBER = 40
DEEPEST = 64
MOST_RULES = 1_000_000


def read_json(line: str) -> object:
    """Read a line of JSON whose numbers are finite and whose values lie no deeper than any record's.

    Raises:
        RecordError: it is something else.
    """
    value = parse_finite_json(line)
    _demand_shallow(value)
    return value


def parse_finite_json(line: str | bytes) -> object:
    """Parse a line of JSON whose numbers are finite, however deep its values lie.

    Raises:
        RecordError: it is something else.
    """
    try:
        value: object = json.loads(
            line, parse_constant=_read_number, parse_float=_read_number, parse_int=_read_whole_number
        )
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not a line of JSON: {error}") from None
    return value


def read_capture(line: str) -> Capture:
    """Read a capture whose names can name a golden and whose values are within bounds.

    Raises:
        RecordError: the line is something else.
    """
    return admit_capture(parse_finite_json(line))


def admit_capture(value: object) -> Capture:
    """Read a capture from its JSON object, whoever sends it, if its names and values are within bounds.

    Raises:
        RecordError: the value is something else.
    """
    _demand_shallow(value)
    capture = load_capture(value)
    _demand_plain(capture.record)
    if capture.seconds < 0:
        raise RecordError(f"`seconds` of {_name_record(capture.record)} is not a time")
    return capture


def _demand_plain(record: Record) -> None:
    """Refuse names that could leave the folder of goldens, steer a terminal, or name no file at all."""
    for name in (*record.case.split("/"), record.path):
        if explain_bad_name(name):
            raise RecordError(f"{_name_record(record)} is not the name of a record")
    if not 0 <= record.rules <= MOST_RULES:
        raise RecordError(f"`rules` of {_name_record(record)} is out of bounds")
    if record.source and not (is_plain(record.source) and record.source.isalnum()):
        raise RecordError(f"`source` of {_name_record(record)} is not a digest")
    if len(record.artifacts) > MOST_ARTIFACTS:
        raise RecordError(f"{_name_record(record)} has more than {MOST_ARTIFACTS:,} artifacts")
    for artifact in record.artifacts:
        if not is_plain(artifact.name):
            raise RecordError(f"{_name_record(record)} has an artifact without a proper name")
        if len(artifact.text) > LONGEST_TEXT:
            raise RecordError(
                f"an artifact of {_name_record(record)} is larger than {LONGEST_TEXT >> 20} MiB"
            )


def is_plain(text: str) -> bool:
    """Whether a text is short and can be printed in one line."""
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
