"""The cases that the modules of a folder of packs may hold under some PyTorch, read without running them."""

import ast
from dataclasses import dataclass
from importlib.util import decode_source

from graph_goldens.cases.case_folders import CaseFolders
from graph_goldens.cases.case_marks import find_case_functions
from graph_goldens.cases.packs import PackSources


@dataclass(frozen=True)
class PossibleCases:
    """What may be a case: every marked function, under whatever condition it is defined.

    Attributes:
        names: full names of cases.
        unread: packs of which a module is not valid Python, so that any of their names may be a case.
    """

    names: frozenset[str]
    unread: frozenset[str]

    def __contains__(self, case: str) -> bool:
        """Whether a full name may be that of a case."""
        return case in self.names or case.rpartition("/")[0] in self.unread


def read_possible_cases(folder: CaseFolders) -> PossibleCases:
    """Read which cases a folder of packs may hold."""
    sources = PackSources(folder)
    names: set[str] = set()
    unread: set[str] = set()
    for pack, file in sources.modules:
        try:
            tree = ast.parse(decode_source(sources.read(file)))
        except (OSError, SyntaxError, ValueError, RecursionError):
            unread.add(pack)
            continue
        names.update(f"{pack}/{node.name}" for node in find_case_functions(tree))
    return PossibleCases(frozenset(names), frozenset(unread))
