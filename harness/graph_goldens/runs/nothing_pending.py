"""The note that nothing is pending, which holds as long as every run and golden is the file that it was."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from graph_goldens.errors import ToolError
from graph_goldens.files import write_whole

_FILE = "nothing-pending.json"
_SETTLED_SECONDS = (
    2.0  # a file system's clock is coarse: what was written just now may be written again unseen
)


def digest_state(home: Path, snapshots: Path) -> str:
    """Digest what nothing pending hangs on: size, times and number of each run, golden and rejection.

    The time of change is among them, which no program sets. Empty where a file is so new that it might
    still change without its times changing.
    """
    newest, digest = 0, hashlib.sha256(f"{home}\0{snapshots}".encode("utf-8", "surrogateescape"))
    for path, found in sorted(_list_files(home, snapshots)):
        newest = max(newest, found.st_ctime_ns)
        facts = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        digest.update(f"{path}\0{facts}\n".encode("utf-8", "surrogateescape"))
    return "" if time.time_ns() - newest < _SETTLED_SECONDS * 1e9 else digest.hexdigest()


def _list_files(home: Path, snapshots: Path) -> Iterator[tuple[str, os.stat_result]]:
    waiting = [str(home / "runs"), str(snapshots)]
    with suppress(OSError):
        yield str(home / "rejected.jsonl"), (home / "rejected.jsonl").stat()
    while waiting:
        with suppress(FileNotFoundError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                yield entry.path, entry.stat()


def note_nothing_pending(home: Path, state: str, sentence: str) -> None:
    """Note what was found of a state; a note that cannot be written is done without."""
    with suppress(ToolError):
        if state:
            write_whole(home / _FILE, json.dumps({"state": state, "sentence": sentence}).encode(), home)


def recall_nothing_pending(home: Path, snapshots: Path) -> str:
    """Recall what was found of the state as it is now; empty where nothing is known."""
    try:
        noted = json.loads((home / _FILE).read_text(encoding="utf-8"))
        state = digest_state(home, snapshots)
    except (OSError, ValueError):
        return ""
    match noted:
        case {"state": known, "sentence": str(sentence)} if state and known == state:
            return sentence
        case _:
            return ""
