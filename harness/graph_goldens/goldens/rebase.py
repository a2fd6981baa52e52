"""Drop support for old versions: the oldest that remains gets its own goldens, and older ones are removed."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import read_whole, remove_file, write_whole
from graph_goldens.goldens.overlays import StoredGolden, list_overlays
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.versions import make_public


@dataclass(frozen=True)
class Rebase:
    """What dropping support for old versions does.

    Attributes:
        base: the oldest version that remains.
        moved: the older goldens that the base falls back to, and that become its own.
        removed: every golden of an older overlay, oldest overlay first; what is none by its first line stays.
    """

    base: Version
    moved: tuple[StoredGolden, ...]
    removed: tuple[StoredGolden, ...]


def plan_rebase(goldens: Goldens, minimum: Version) -> Rebase:
    """Say what dropping support for versions before a minimum does.

    The base is the oldest version from the minimum on that is supported or has an overlay.

    Raises:
        UserError: no version would remain, or a golden that is to move cannot be read.
        ToolError: a file cannot be read.
    """
    base = _find_base(goldens, minimum)
    entries = goldens.list_stored()
    older = [entry for entry in entries if entry.version < base]
    own = {entry.key for entry in entries if entry.version == base}
    newest = {entry.key: entry for entry in older}  # entries come oldest overlay first
    moved = tuple(entry for key, entry in newest.items() if key not in own)
    for entry in moved:
        goldens.resolve(*entry.key, base)
    return Rebase(base, moved, tuple(filter(goldens.begins_as_golden, older)))


def rebase(goldens: Goldens, plan: Rebase) -> None:
    """Do what was planned; the caller must hold `hold_update_lock`.

    What the base falls back to is first written there, which changes nothing that any version resolves to,
    and undone where it fails. Then older goldens go, oldest overlay first. So wherever this dies, each
    version that remains resolves to what it did, and each older one to that or to nothing; planning and
    doing it again finishes the work.

    Raises:
        ToolError: the file system reports an error.
    """
    _write_base(goldens, plan)
    goldens.remove(entry.file for entry in plan.removed)


def _find_base(goldens: Goldens, minimum: Version) -> Version:
    served = sorted(map(make_public, goldens.supported)) or list_overlays(goldens.root)
    if not served:
        raise UserError(f"there are no goldens in {goldens.root}, so there is nothing to prune")
    limit = make_public(minimum)
    if served[-1] < limit:
        raise UserError(f"no version would remain: the newest that is supported is {served[-1]}")
    return min(version for version in list_watched_versions(goldens) if version >= limit)


def _write_base(goldens: Goldens, plan: Rebase) -> None:
    targets: list[Path] = []
    try:
        for entry in plan.moved:
            targets.append(goldens.locate_own(entry.case, entry.path, plan.base))
            write_whole(targets[-1], read_whole(entry.file), goldens.root)
    except BaseException:
        _remove_again(targets, goldens.root)
        raise


def _remove_again(files: list[Path], root: Path) -> None:
    for file in files:
        with suppress(ToolError):
            if file.is_file():
                remove_file(file, root)
