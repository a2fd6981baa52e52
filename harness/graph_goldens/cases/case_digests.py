"""Digests of cases' sources without importing them, to find what was captured from an older revision."""

import ast
from pathlib import Path

from graph_goldens.cases.discovery import ROOT, find_modules
from graph_goldens.cases.source_digests import digest_source


def digest_cases(folder: Path) -> dict[str, str]:
    """Digest each case's source, by the case's full name, without running the modules.

    Cases of a module that cannot be read, and cases that are not plain functions of it, are left out.
    """
    found: dict[str, str] = {}
    for pack, file in find_modules(folder):
        module = ".".join((ROOT, *file.relative_to(folder).with_suffix("").parts))
        try:
            found |= {f"{pack}/{name}": digest_source(folder, module, name) for name in _list_functions(file)}
        except (SyntaxError, ValueError):  # the worker reports what is wrong with it
            continue
    return found


def _list_functions(file: Path) -> list[str]:
    tree = ast.parse(file.read_bytes())
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _is_case(node)]


def _is_case(node: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "case" for mark in node.decorator_list)
