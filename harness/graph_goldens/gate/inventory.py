"""List and find the cases of a project and its goldens."""

from graph_goldens.environments.worker_messages import ListedCase
from graph_goldens.gate.capture import FIRST_SEED, Watcher, list_keys
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.keys import Key
from graph_goldens.runs.selection import select


def list_all(request: Request, watcher: Watcher) -> list[ListedCase]:
    """List the cases that are selected, as a worker finds them."""
    with hold_environment(request, watcher) as capturing, capturing.open_worker(FIRST_SEED) as worker:
        listed = worker.listing.cases
    chosen = {case for case, _ in select([Key(each.case, "") for each in listed], request.selection)}
    return [each for each in listed if each.case in chosen]


def find_unused(request: Request, watcher: Watcher) -> list[StoredGolden]:
    """Find the goldens that no case gives a record for."""
    with hold_environment(request, watcher) as capturing, capturing.open_worker(FIRST_SEED) as worker:
        expected = set(list_keys(worker))
    return list(open_goldens(request.project).find_unused(expected))
