"""Find the goldens that hold for a version. Needs no PyTorch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.overlays import list_case_goldens
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.runs.selection import Selection, matches_name, select


@dataclass(frozen=True)
class ListedGolden:
    """A golden, and the file that it resolves to."""

    golden: Golden
    file: Path


def find_goldens(goldens: Goldens, case: str, paths: Sequence[str], version: Version) -> list[ListedGolden]:
    """Find the goldens of the cases and tracing paths that are meant, as they hold for a version.

    Raises:
        UserError: there are none.
    """
    found = [
        ListedGolden(golden, file)
        for key in select_goldens(goldens, case, paths)
        if (file := goldens.find_file(*key, version)) and (golden := goldens.read_golden(file, key))
    ]
    if not found:
        raise UserError(f"{case} has no golden for PyTorch {version}; its goldens begin later")
    return found


def select_goldens(goldens: Goldens, case: str, paths: Sequence[str]) -> list[Key]:
    """Choose the goldens that are meant, by case and tracing path.

    Raises:
        UserError: there are none.
    """
    chosen = Selection((case,), tuple(paths))
    if named := _list_named(goldens, chosen):
        return select(named, chosen)
    keys = sorted({stored.key for stored in goldens.list_stored()})
    if not keys:
        raise UserError(f"there are no goldens in {goldens.root}; write the first with `goldens update`")
    return select(keys, chosen)


def _list_named(goldens: Goldens, chosen: Selection) -> list[Key]:
    """List the goldens of a case whose full name was given, which needs no look at all others.

    Empty where anything but that may be meant.
    """
    (case,) = chosen.selectors
    try:
        keys = sorted({stored.key for stored in list_case_goldens(goldens.root, case)})
    except UserError:
        return []
    alone = all(found == case for found, _ in keys)
    told = all(any(matches_name(path, pattern) for _, path in keys) for pattern in chosen.paths)
    return keys if alone and told else []
