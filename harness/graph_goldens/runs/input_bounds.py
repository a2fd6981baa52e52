"""Input from strangers: bounds on a run's file, its names and its values, before anything is done with them.

A run may come from anywhere. Its names become paths of files and words in a terminal, and its values are held
in memory, so none of them may be longer, deeper or other than any that a worker of ours would send.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from graph_goldens.record_bounds import is_plain
from graph_goldens.records import Json, RecordError

LARGEST_FILE = 1 << 30
LONGEST_LINE = 64 << 20
MOST_RECORDS = 1_000_000


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


def read_environment(value: object) -> Mapping[str, Json]:
    """Read what a run says of its environment; it is shown in one line, and its version names files.

    Raises:
        RecordError: it is something else.
    """
    if not isinstance(value, dict):
        raise RecordError("`environment` is not a JSON object")
    for name in ("torch", "python", "platform"):
        text = value.get(name)
        if not isinstance(text, str) or not is_plain(text) or set(text) & set("/\\ "):
            raise RecordError(f"`{name}` of its environment is not a plain word")
    return value
