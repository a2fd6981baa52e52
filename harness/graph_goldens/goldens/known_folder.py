"""Where decisions about known drift lie: a file for each in `snapshots/known/`, so that branches merge."""

from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.files import explain_read_errors, remove_file, write_whole
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.goldens.known_file import LARGEST, SUFFIX, name_known, parse_known, render_known

FOLDER = "known"
MOST_FILES = 10_000


def list_known(root: Path) -> tuple[KnownDrift, ...]:
    """Read all decisions below a folder of goldens, by their files' names; others' files are passed over.

    Raises:
        UserError: one of the files is not a decision, is a link or too large, or there are too many.
        ToolError: the file system reports an error.
    """
    folder = _find_folder(root)
    with explain_read_errors(folder):
        files = sorted(folder.iterdir()) if folder.is_dir() else []
    named = [file for file in files if file.suffix == SUFFIX and not file.name.startswith(".")]
    if len(named) > MOST_FILES:
        raise UserError(f"{folder} holds more than {MOST_FILES:,} decisions; remove what is over")
    return tuple(map(_read_known_file, named))


def _find_folder(root: Path) -> Path:
    folder = root / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UserError(
            f"{folder} is not a folder of its own; decisions about known drift lie there, so move it"
        )
    return folder


def _read_known_file(file: Path) -> KnownDrift:
    if file.is_symlink() or not file.is_file():
        raise UserError(f"{file} is not a file of its own, as a decision about known drift is; remove it")
    with explain_read_errors(file):
        if file.stat().st_size > LARGEST:
            raise UserError(
                f"{file} is larger than {LARGEST >> 20} MiB, the most a decision may have; remove it"
            )
        return parse_known(file.read_bytes(), file)


def write_known(root: Path, known: KnownDrift) -> Path:
    """Write a decision, whole or not at all, and return its file; the caller holds the update's lock.

    Raises:
        ToolError: it cannot be written.
    """
    file = _find_folder(root) / name_known(known)
    write_whole(file, render_known(known), root)
    return file


def remove_known(root: Path, known: KnownDrift) -> None:
    """Remove a decision's file; the caller holds the update's lock.

    Raises:
        ToolError: it cannot be removed.
    """
    if known.file:
        remove_file(known.file, root)
