"""Databases of SQLite that only remember: what says that one is damaged, so that it is made anew."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

_OUT_OF_REACH = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


def says_damage(error: Exception, file: Path) -> bool:
    """Whether an error says that a file is no database of ours, not that it is busy or out of reach.

    A header whose byte for the format of writing is damaged says "read-only" of a file that is not
    (https://www.sqlite.org/fileformat.html, 1.3.3).
    """
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_READONLY and os.access(file, os.W_OK):
        return os.access(file.parent, os.W_OK)
    return not isinstance(error, OSError) and code & 0xFF not in _OUT_OF_REACH


def remove_database(file: Path) -> None:
    """Remove a database and its journal, where that can be done."""
    for each in (file, file.with_name(f"{file.name}-journal")):
        with suppress(OSError):
            each.unlink(missing_ok=True)
