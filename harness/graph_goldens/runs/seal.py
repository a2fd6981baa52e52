"""The last line of a run's file: how many records stand before it, and a checksum of all that does."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from graph_goldens.record_bounds import read_json
from graph_goldens.records import RecordError

BROKEN = "it was cut off, or changed after it was written; copy it again, or capture it again"


def seal_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield a header and the lines of its records, all with line ends, and then the line that seals them."""
    digest, records = hashlib.sha256(), -1
    for line in lines:
        ended = f"{line}\n"
        digest.update(ended.encode())
        records += 1
        yield ended
    yield json.dumps({"records": records, "checksum": digest.hexdigest()}) + "\n"


def unseal_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that a last one seals, without their line ends.

    Raises:
        RecordError: the last line does not fit them; this is found after all others were yielded.
    """
    digest, records, last = hashlib.sha256(), -1, ""
    for at, line in enumerate(lines):
        if at:
            digest.update(f"{last}\n".encode())
            records += 1
            yield last
        last = line
    if read_json(last or "null") != {"records": records, "checksum": digest.hexdigest()}:
        raise RecordError(BROKEN)
