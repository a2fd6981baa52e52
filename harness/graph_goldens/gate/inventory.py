"""List and find the cases of a project and its goldens."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.environments.worker_messages import ListedCase, ListedPath
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.request import Request, hold_environment
from graph_goldens.gate.unused import find_unused
from graph_goldens.gate.watcher import Watcher
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.keys import Key
from graph_goldens.runs.listed_selection import demand_no_mistakes, select_usable


@dataclass(frozen=True)
class Inventory:
    """What a worker finds of what is selected.

    Attributes:
        cases: the cases that are selected.
        paths: the project's own tracing paths that these go through.
        mistakes: why others cannot be used.
    """

    cases: tuple[ListedCase, ...]
    paths: tuple[ListedPath, ...]
    mistakes: tuple[Mistake, ...]


def list_all(request: Request, watcher: Watcher) -> Inventory:
    """List the cases that are selected, as a worker finds them, and the mistakes that cost others."""
    with hold_environment(request, watcher) as capturing:
        listing = capturing.list_cases()
    names = [each.case for each in listing.cases]
    keys = [Key(name, "") for name in names]
    selected, mistakes = select_usable(names, keys, listing.mistakes, request.selection)
    chosen = {case for case, _ in selected}
    cases = tuple(each for each in listing.cases if each.case in chosen)
    taken = {path for each in cases for path in each.paths}
    return Inventory(cases, tuple(path for path in listing.own_paths if path.name in taken), mistakes)


@dataclass(frozen=True)
class CaseTroubles:
    """What stands in the way of cases.

    Attributes:
        cases: how many can be captured.
        sentences: why others cannot, a sentence for each module, case or pack.
    """

    cases: int
    sentences: tuple[str, ...]


def find_troubles(request: Request, watcher: Watcher) -> CaseTroubles:
    """Import all case modules in the environments that they will be captured in, and build each case."""
    with hold_environment(request, watcher) as capturing:
        listing = capturing.list_cases()
        unmet = [group for group in capturing.groups if group.unmet]
    lost = sum(any(group.choice.holds(_name_pack(each)) for group in unmet) for each in listing.cases)
    sentences = (*map(str, listing.mistakes), *(group.describe().sentence for group in unmet))
    return CaseTroubles(len(listing.cases) - lost, sentences)


def _name_pack(case: ListedCase) -> str:
    return case.case.rpartition("/")[0]


@dataclass(frozen=True)
class Prunable:
    """What pruning may look at.

    Attributes:
        unused: goldens that no case gives a record for, whatever the PyTorch.
        doubtful: how many goldens besides have no record under the versions that were asked, while others
            may give one.
        others: files in overlays that are no goldens.
    """

    unused: tuple[StoredGolden, ...]
    doubtful: int
    others: tuple[Path, ...]


def find_prunable(requests: Sequence[Request], watcher: Watcher) -> Prunable:
    """Ask environments for their cases, and find the goldens that no case gives a record for.

    Args:
        requests: one for each environment that is asked, all of one project.
        watcher: who is told what goes on.

    Raises:
        UserError: cases cannot be used, so what they would give is not known.
    """
    listed: set[Key] = set()
    asked: list[Version] = []
    for request in requests:
        with hold_environment(request, watcher) as capturing:
            listing = capturing.list_cases()
            demand_no_mistakes(listing.mistakes)
            listed.update(listing.keys)
            asked.append(capturing.environment.version)
    project = requests[0].project
    goldens = open_goldens(project)
    unused = find_unused(goldens, listed, asked, project.cases)
    return Prunable(unused, len(goldens.find_unused(listed)) - len(unused), goldens.find_other_files())
