"""List and find the cases of a project and its goldens."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.environments import ListedCase
from graph_goldens.errors import UserError
from graph_goldens.gate.capture import FIRST_SEED, Watcher, list_keys
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.goldens import Golden, Goldens, StoredGolden
from graph_goldens.runs.selection import Selection, select


@dataclass(frozen=True)
class ListedGolden:
    """A golden, and the file that it resolves to."""

    golden: Golden
    file: Path


def list_all(request: Request, watcher: Watcher) -> list[ListedCase]:
    """List the cases that are selected, as a worker finds them."""
    with hold_environment(request, watcher) as capturing, capturing.open_worker(FIRST_SEED) as worker:
        listed = worker.listing.cases
    chosen = {case for case, _ in select([(each.case, "") for each in listed], request.selection)}
    return [each for each in listed if each.case in chosen]


def find_goldens(goldens: Goldens, case: str, paths: Sequence[str], version: Version) -> list[ListedGolden]:
    """Find the goldens of the cases and tracing paths that are meant, as they hold for a version.

    Raises:
        UserError: there are none.
    """
    keys = list(dict.fromkeys(stored.key for stored in goldens.list_stored()))
    if not keys:
        raise UserError(f"there are no goldens in {goldens.root}; write the first with `goldens update`")
    chosen = select(keys, Selection((case,), tuple(paths)))
    found = [
        ListedGolden(golden, file)
        for key in chosen
        if (golden := goldens.resolve(*key, version)) and (file := goldens.find_file(*key, version))
    ]
    if not found:
        raise UserError(f"{case} has no golden for PyTorch {version}; its goldens begin later")
    return found


def find_unused(request: Request, watcher: Watcher) -> list[StoredGolden]:
    """Find the goldens that no case gives a record for."""
    with hold_environment(request, watcher) as capturing, capturing.open_worker(FIRST_SEED) as worker:
        expected = set(list_keys(worker))
    return list(open_goldens(request.project).find_unused(expected))
