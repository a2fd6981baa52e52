"""Packs whose requirements cannot be met beside a PyTorch: their records say so, and nothing is imported."""

from collections.abc import Collection, Iterator, Sequence

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.cases.case_digests import digest_cases
from graph_goldens.cases.case_folders import name_file
from graph_goldens.cases.packs import PackChoice, PackSources
from graph_goldens.cases.path_rows import FACTS_PATH, PATH_ROWS
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.worker_messages import CaseListing, Hello, ListedCase
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Outcome, Record

UNMET = "requirements cannot be met"


class UnmetPacks:
    """Stands where a worker would: it lists cases from their sources, and each record is `unavailable`.

    A case goes through the tracing paths that its goldens tell of, or through all where it has none.

    Attributes:
        hello: what the environment is.
        listing: the cases.
    """

    def __init__(self, project: Project, choice: PackChoice, environment: Environment) -> None:
        self._sources = digest_cases(project.cases, project.package)
        self.hello = describe_without_worker(environment)
        sources = PackSources(project.cases, choice)
        known = _find_known_paths(project)
        self.listing = CaseListing(
            tuple(
                ListedCase(
                    name := f"{pack}/{node.name}",
                    tuple(known.get(name, PATH_ROWS)),
                    self._sources.get(name, ""),
                    str(name_file(project.cases, file)),
                    node.lineno,
                )
                for pack, file in sources.modules
                for node in sources.list_case_functions(file)
            )
        )

    def capture(self, keys: Sequence[Key], timeout: float, *, memory: int) -> Iterator[Capture]:
        """Yield the record of each case and tracing path; the limits of captures play no part."""
        for key in keys:
            source = self._sources.get(key.case, "")
            yield Capture(Record(*key, Outcome.UNAVAILABLE, UNMET, source=source, rules=RULES_VERSION))


def describe_without_worker(environment: Environment) -> Hello:
    """Describe an environment as a worker would, as far as that is known without one."""
    return Hello(
        torch=environment.torch,
        git=environment.git,
        debug=environment.debug,
        cuda=environment.cuda,
        python=environment.python_version,
        platform=environment.platform,
        switches={},
        paths=(*PATH_ROWS, FACTS_PATH),
        rules=RULES_VERSION,
    )


def _find_known_paths(project: Project) -> dict[str, Collection[str]]:
    found: dict[str, dict[str, None]] = {}
    for stored in open_fixed_goldens(project).list_stored():
        found.setdefault(stored.key.case, {})[stored.key.path] = None
    order = {name: at for at, name in enumerate((*PATH_ROWS, FACTS_PATH))}
    return {
        case: sorted(paths, key=lambda path: order.get(path, len(order))) for case, paths in found.items()
    }
