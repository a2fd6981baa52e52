"""Claims about facts that no tracing path of their case gives."""

from collections.abc import Collection

from graph_goldens.cases.case import Case
from graph_goldens.cases.claims import Claim, Fact, select_paths
from graph_goldens.cases.path_rows import ANY_FACTS, FACTS_PATH, PATH_ROWS


def find_unknown_fact(claim: Claim, case: Case, known: Collection[str]) -> str:
    """Say in a sentence that a claim is about a fact that none of the case's tracing paths gives; else empty.

    What a case without a program observes, it alone knows; and what an own tracing path records, that path.

    Args:
        claim: the claim.
        case: the case that makes it.
        known: the names of the tracing paths that cases of its pack may go through.
    """
    if not isinstance(claim, Fact) or case.program is None:
        return ""
    paths = select_paths(claim, case.paths or tuple(known))
    name = claim.name.partition(".")[0]
    if name in ANY_FACTS or any(_may_record(path, name) for path in paths):
        return ""
    return f"claimed {claim.name} = {claim.value!r}, but no tracing path of the case gives such a fact"


def _may_record(path: str, fact: str) -> bool:
    return fact in PATH_ROWS[path].facts if path in PATH_ROWS else path != FACTS_PATH
