"""The note that nothing is pending, which holds as long as every run and golden is the file that it was."""

import hashlib
import json
import os
import stat
import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.errors import ToolError
from graph_goldens.files import write_whole

_FILE = "nothing-pending"
_SETTLED_SECONDS = (
    2.0  # a file system's clock is coarse: what was written just now may be written again unseen
)
_MARK = struct.Struct("QQqq")
_ABSENT = bytes(_MARK.size)


@dataclass(frozen=True)
class State:
    """What nothing pending hangs on.

    Attributes:
        policy: what the project ignores and how it judges, in words.
        names: the runs, the goldens, the rejections, and all folders that hold them. What is new in a folder
            or gone from it changes the folder's own times, so that nobody has to look into it again.
        marks: number, size and times of each, all 0 where it is not there. The time of change is among them,
            which no program sets.
    """

    policy: str
    names: Sequence[str]
    marks: bytes


def read_state(home: Path, snapshots: Path, policy: str) -> State | None:
    """Read what nothing pending hangs on, as it is now.

    Args:
        home: the project's part of the working folder.
        snapshots: the folder of goldens.
        policy: what the project ignores and how it judges, in words.

    Returns:
        The state; None where it cannot be vouched for: something is so new that it might still change
        without its times changing, is a link, whose end may change unseen, or cannot be read.
    """
    try:
        names = list(_list_files(_list_roots(home, snapshots)))
        found = [_read_status(name) for name in names]
    except OSError:
        return None
    return State(policy, names, _mark_all(found)) if all(map(_is_settled, found)) else None


def digest_files(home: Path, snapshots: Path) -> str:
    """Digest names, sizes and times of what anything pending hangs on: another digest, and it may be other.

    Args:
        home: the project's part of the working folder.
        snapshots: the folder of goldens.

    Returns:
        The digest; empty where a folder went as it was read.
    """
    try:
        names = [str(home / "accepted.jsonl"), *_list_files(_list_roots(home, snapshots))]
        marks = _mark_all(map(_read_status, names))
    except OSError:
        return ""
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape") + marks).hexdigest()


def _is_settled(found: os.stat_result | None) -> bool:
    if found is None:
        return True
    age = time.time_ns() - found.st_ctime_ns
    return age > _SETTLED_SECONDS * 1e9 and not stat.S_ISLNK(found.st_mode)


def _list_roots(home: Path, snapshots: Path) -> list[str]:
    return [str(home / "rejected.jsonl"), str(home / "runs"), str(snapshots)]


def _list_files(roots: Sequence[str]) -> Iterator[str]:
    """List some places, and all files and folders below them."""
    yield from roots
    waiting = [root for root in roots if Path(root).is_dir()]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                yield entry.path
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _read_status(name: str) -> os.stat_result | None:
    try:
        return os.lstat(name)
    except FileNotFoundError:
        return None


def _mark_all(found: Iterable[os.stat_result | None]) -> bytes:
    return b"".join(
        [
            _MARK.pack(each.st_ino, each.st_size, each.st_mtime_ns, each.st_ctime_ns) if each else _ABSENT
            for each in found
        ]
    )


def note_nothing_pending(home: Path, state: State | None, sentence: str) -> None:
    """Note what was found of a state; a note that cannot be written is done without."""
    with suppress(ToolError):
        if state:
            head = json.dumps([state.policy, sentence, state.names])
            write_whole(home / _FILE, (head.encode(), b"\n", state.marks), home)


def recall_nothing_pending(home: Path, snapshots: Path, policy: str) -> str:
    """Recall what was found of the state as it is now; empty where nothing is known."""
    roots = _list_roots(home, snapshots)
    with suppress(OSError, ValueError):
        head, _, marks = (home / _FILE).read_bytes().partition(b"\n")
        match json.loads(head):
            case [known, str(sentence), [*names]] if known == policy and names[: len(roots)] == roots:
                return sentence if _mark_all(map(_read_status, names)) == marks else ""
    return ""
