"""Where the caches of captures lie in the working folder, and which of them stay."""

import hashlib
import shutil
import time
from pathlib import Path

from graph_goldens.cases.case_folders import CaseFolders
from graph_goldens.errors import ToolError

_MOST = 100
_SECONDS_UNUSED = 30 * 24 * 3600.0
_DIGEST_LENGTH = 12


def locate_cache(working: Path, name: str, python: Path, cases: CaseFolders, apart: str = "") -> Path:
    """Name the folder where the captures of an environment and a folder of packs are kept.

    Args:
        working: the working folder.
        name: the environment's name.
        python: the environment's interpreter.
        cases: the folder of packs, or several.
        apart: what else keeps captures apart, such as the packs' variables.
    """
    parts = f"{python}\0{cases}" + (f"\0{apart}" if apart else "")
    digest = hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest()
    return working / "cache" / f"{name}-{digest[:_DIGEST_LENGTH]}"


def drop_unused(working: Path) -> None:
    """Remove the caches that were not used for a month, and all but the hundred used last.

    A command that uses one of them captures again what it misses.

    Raises:
        ToolError: the folder cannot be read.
    """
    try:
        folders = sorted((working / "cache").iterdir(), key=_read_last_use, reverse=True)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ToolError(f"cannot tidy {working / 'cache'}: {error.strerror or error}") from None
    oldest = time.time() - _SECONDS_UNUSED
    for place, folder in enumerate(folders):
        if place >= _MOST or _read_last_use(folder) < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _read_last_use(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:  # another command removed it
        return 0.0
