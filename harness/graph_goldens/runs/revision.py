"""Of which revision of the cases, and by which revision of the tool, something was captured."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import graph_goldens
from graph_goldens.environments.worker_messages import ListedCase

_DIGEST_LENGTH = 16


@dataclass(frozen=True)
class Revision:
    """What machines must have alike whose captures are put together.

    Attributes:
        cases: digest of every case's source and tracing paths.
        tool: digest of the tool's own code.
    """

    cases: str
    tool: str


def find_revision(cases: Iterable[ListedCase]) -> Revision:
    """Digest all cases that a worker lists, and the tool."""
    listed = sorted([case.case, case.source, *case.paths] for case in cases)
    return Revision(_digest(json.dumps(listed).encode()), _digest_tool())


@lru_cache(maxsize=1)
def _digest_tool() -> str:
    folder = Path(graph_goldens.__file__).parent
    files = sorted(folder.rglob("*.py"))
    named = [[file.relative_to(folder).as_posix(), _digest(file.read_bytes())] for file in files]
    return _digest(json.dumps(named).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGEST_LENGTH]
