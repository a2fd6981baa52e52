"""Marks of files: what shows, later, whether a file or a folder is as it was when something read it.

A mark says how it was made: `content` of a file by the digest of its bytes, since edits may leave size and
time as they were; `stat` by size, time and inode, for the many files that an installer alone writes; `names`
of what a folder lists; `missing` for what was looked for and was not there. `nothing` never holds.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MISSING = "missing"
NOTHING = "nothing"
"""The mark of what has no content that a digest could show: a pipe, a device."""

_CONTENT, _STAT, _NAMES = "content", "stat", "names"
_DIGEST_LENGTH = 32
_UNLISTED = "__pycache__"


def mark_content(path: str) -> str:
    """Mark a file by its bytes, a folder by the names in it."""
    try:
        status = os.stat(path)  # noqa: PTH116 (called for each file that a capture reads)
        if stat.S_ISDIR(status.st_mode):
            return mark_names(path)
        if not stat.S_ISREG(status.st_mode):
            return NOTHING
        with open(path, "rb") as stream:  # noqa: PTH123 (as above)
            return f"{_CONTENT} {hashlib.sha256(stream.read()).hexdigest()[:_DIGEST_LENGTH]}"
    except FileNotFoundError:
        return MISSING
    except (OSError, ValueError):
        return MISSING if not os.path.lexists(path) else NOTHING


def mark_stat(path: str) -> str:
    """Mark a file by its size, the time of its last change and its inode."""
    try:
        status = os.stat(path)  # noqa: PTH116 (as above)
    except (OSError, ValueError):
        return MISSING
    return f"{_STAT} {status.st_size} {status.st_mtime_ns} {status.st_ino}"


def is_stat(mark: str) -> bool:
    """Whether a mark is that of a file that an installer alone writes."""
    return mark.startswith(_STAT)


def mark_names(path: str) -> str:
    """Mark a folder by the names that it lists, without hidden ones and those of bytecode."""
    try:
        names = sorted(name for name in os.listdir(path) if name[:1] != "." and name != _UNLISTED)  # noqa: PTH208
    except (OSError, ValueError):
        return MISSING
    digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()
    return f"{_NAMES} {digest[:_DIGEST_LENGTH]}"


@dataclass
class Disk:
    """The files as they are now; each is looked at once, however many captures have read it."""

    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def find_changed(self, marks: Mapping[str, str]) -> str | None:
        """Find a file that is no longer as it was marked; None where all are."""
        return next((path for path, mark in marks.items() if not self.holds(path, mark)), None)

    def holds(self, path: str, mark: str) -> bool:
        """Whether a file is as it was marked."""
        kind = mark.partition(" ")[0]
        key = (path, kind)
        if key not in self._known:
            self._known[key] = _MAKERS.get(kind, _mark_nothing)(path)
        return self._known[key] == mark != NOTHING


def digest_marks(marks: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """Digest marks with their paths."""
    pairs = sorted(marks.items() if isinstance(marks, Mapping) else marks)
    text = "\n".join(f"{path}\0{mark}" for path, mark in pairs)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_DIGEST_LENGTH]


def _mark_nothing(_: str) -> str:
    return NOTHING


_MAKERS = {_CONTENT: mark_content, MISSING: mark_content, _NAMES: mark_names, _STAT: mark_stat}
