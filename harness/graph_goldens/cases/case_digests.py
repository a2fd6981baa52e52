"""Digests of cases' sources without importing them, to find what was captured from an older revision."""

from graph_goldens.cases.case_folders import CaseFolders
from graph_goldens.cases.packs import PackChoice, PackSources, name_module
from graph_goldens.cases.root_name import ROOT
from graph_goldens.cases.source_digests import digest_source


def digest_cases(folder: CaseFolders, root: str = ROOT) -> dict[str, str]:
    """Digest each case's source, by the case's full name, without running the modules.

    Cases of a module that cannot be read are left out: the worker reports what is wrong with it.
    """
    sources = PackSources(folder, PackChoice(root))
    found: dict[str, str] = {}
    for pack, file in sources.modules:
        module = name_module(sources, file)
        try:
            for name in (node.name for node in sources.list_case_functions(file)):
                found[f"{pack}/{name}"] = digest_source(sources, module, name)
        except (OSError, SyntaxError, ValueError):  # in a module that this one imports
            continue
    return found
