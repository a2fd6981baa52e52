"""Which goldens are unused: no case gives a record for them under any supported PyTorch."""

from collections.abc import Collection

from packaging.version import Version

from graph_goldens.cases.case_folders import CaseFolders
from graph_goldens.cases.possible_cases import read_possible_cases
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.runs.run import Run
from graph_goldens.versions import make_public


def find_unused(
    goldens: Goldens, listed: Collection[Key], asked: Collection[Version], cases: CaseFolders
) -> tuple[StoredGolden, ...]:
    """Find the goldens that no case gives a record for.

    A PyTorch that was not asked may list what the others do not: a case that is only defined from one version
    on. So unless every supported version was asked, a golden is unused only where its case is nowhere in the
    sources.

    Args:
        goldens: the goldens.
        listed: the records that the cases give under the versions that were asked.
        asked: those versions; one whose listing tells of mistakes does not count as asked.
        cases: the folder of packs, or several.
    """
    found = goldens.find_unused(listed)
    if not found or {make_public(each) for each in goldens.supported} <= set(map(make_public, asked)):
        return found
    possible = read_possible_cases(cases)
    return tuple(entry for entry in found if entry.case not in possible)


def find_unused_by_run(goldens: Goldens, run: Run, cases: CaseFolders) -> tuple[StoredGolden, ...]:
    """Find the goldens that a run shows to be unused, which only a complete one can tell."""
    if not run.complete:
        return ()
    return find_unused(goldens, run.captures.keys(), (run.version,), cases)
