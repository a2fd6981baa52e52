"""What lies in a project before and after a command, and what each command may change there."""

import hashlib
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

WORKING = ".goldens"
GOLDENS = ("snapshots/", "golden_snapshots/")

WRITES_GOLDENS = frozenset({"accept", "prune", "refresh", "review", "triage", "update"})
WRITES_WHERE_ASKED = frozenset({"init", "merge", "nightly", "report"})
"""Commands that write files which their arguments name; all others write below the working folder alone."""

Listing = Mapping[str, str]


def list_disk(root: Path) -> Listing:
    """List everything in a project outside its working folder: each path with what it is and holds."""
    return {str(path.relative_to(root)): _describe(path) for path in _walk(root)}


def _walk(root: Path) -> list[Path]:
    found = []
    waiting = [root]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name in (WORKING, "__pycache__", ".pytest_cache"):
                continue
            found.append(path)
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)
    return found


def _describe(path: Path) -> str:
    """Describe an entry; of a file also when it was written, so that the same bytes anew are a change."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return f"link to {path.readlink()}"
    if not stat.S_ISREG(status.st_mode):
        return f"{stat.filemode(status.st_mode)[0]} no file"
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError:
        digest = "unreadable"
    return f"file {digest} of {status.st_size} bytes at {status.st_mtime_ns}"


def find_changes(before: Listing, after: Listing) -> dict[str, str]:
    """Find what is other than before: each path with `added`, `removed` or `changed`."""
    words = dict.fromkeys(after.keys() - before.keys(), "added")
    words |= dict.fromkeys(before.keys() - after.keys(), "removed")
    both = before.keys() & after.keys()
    words |= {path: "changed" for path in both if before[path] != after[path]}
    return dict(sorted(words.items()))


def find_forbidden(command: str, arguments: Sequence[str], changes: Mapping[str, str]) -> dict[str, str]:
    """Find the changes that a command must never make, however it ends."""
    if command in WRITES_GOLDENS:
        return {path: how for path, how in changes.items() if not f"{path}/".startswith(GOLDENS)}
    if command in WRITES_WHERE_ASKED:
        return {
            path: how for path, how in changes.items() if path.startswith(GOLDENS) and path not in arguments
        }
    return dict(changes)
