"""Folders of a child's own: no record sees a file that another one left at home or in a temporary folder."""

import os
import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "capture-"
_LASTING_SECONDS = 86_400.0
_HOMES = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache"}
"""Variables that name where programs write, each with the folder that stands for it."""


def make_own_folder() -> Path:
    """Make the folder of a child, in the temporary folder of this process."""
    return Path(tempfile.mkdtemp(prefix=_PREFIX))


def enter_own_folder(folder: Path) -> None:
    """Make a folder this process' home, temporary and current folder."""
    for variable, name in _HOMES.items():
        own = folder / name
        own.mkdir()
        os.environ[variable] = str(own)
    tempfile.tempdir = None  # it is asked for again
    os.chdir(folder / _HOMES["HOME"])


def remove_own_folder(folder: Path) -> None:
    """Remove what a child wrote; what cannot be removed is left to `drop_old_folders`."""
    shutil.rmtree(folder, ignore_errors=True)


def drop_old_folders() -> None:
    """Remove the folders of children whose worker was killed, once they are a day old."""
    before = time.time() - _LASTING_SECONDS
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < before:
            remove_own_folder(folder)
