"""Claims about facts that no tracing path of their case gives."""

from graph_goldens.cases.case import Case
from graph_goldens.cases.claims import Claim, Fact, select_paths
from graph_goldens.cases.path_rows import ANY_FACTS, PATH_ROWS


def find_unknown_fact(claim: Claim, case: Case) -> str:
    """Say in a sentence that a claim is about a fact that none of the case's tracing paths gives; else empty.

    What a case without a program observes, it alone knows.
    """
    if not isinstance(claim, Fact) or case.program is None:
        return ""
    paths = select_paths(claim, case.paths or tuple(PATH_ROWS))
    name = claim.name.partition(".")[0]
    if name in ANY_FACTS or any(path in PATH_ROWS and name in PATH_ROWS[path].facts for path in paths):
        return ""
    return f"claimed {claim.name} = {claim.value!r}, but no tracing path of the case gives such a fact"
