"""What names a record, and its golden beside a version."""

import re
from typing import NamedTuple

from graph_goldens.errors import UserError

_SEGMENT = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*")


class Key(NamedTuple):
    """A case's full name, `pack/name`, and a tracing path's name."""

    case: str
    path: str

    @property
    def pack(self) -> str:
        """The pack that holds the case."""
        return self.case.rpartition("/")[0]


def make_golden_key(case: str, path: str) -> Key:
    """Make the key of a golden, whose names are those of a folder and of a file.

    Raises:
        UserError: the names cannot name a file below a folder of goldens.
    """
    if not all(_SEGMENT.fullmatch(part) for part in (*case.split("/"), path)):
        raise UserError(f"{case!r} by {path!r} cannot name a golden's file")
    return Key(case, path)
