"""Logs of the working folder, of which the newest stay."""

import os
import tempfile
from pathlib import Path

_LOGS_KEPT = 50
_LAST_BYTES = 1 << 16


def make_log(folder: Path, name: str) -> Path:
    """Make an empty log under a new name in the working folder, and remove the oldest logs."""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    for old in sorted(logs.glob("*.log"), key=_read_mtime, reverse=True)[_LOGS_KEPT:]:
        old.unlink(missing_ok=True)
    handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".log", dir=logs)
    os.close(handle)
    return Path(path)


def read_last_line(log: Path) -> str:
    """Read the last line of a log that is not blank; empty where there is none."""
    try:
        with log.open("rb") as handle:
            handle.seek(max(0, handle.seek(0, os.SEEK_END) - _LAST_BYTES))
            lines = handle.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _read_mtime(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # another command removed it
        return 0.0
