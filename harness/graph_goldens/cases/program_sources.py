"""The source text of cases, for people to read, found without importing anything."""

import ast
from collections.abc import Collection, Iterator
from importlib.util import decode_source
from pathlib import Path

from graph_goldens.cases.case_folders import CaseFolders
from graph_goldens.cases.case_marks import find_case_functions
from graph_goldens.cases.packs import find_modules

_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def read_program_sources(folder: CaseFolders, cases: Collection[str]) -> dict[str, str]:
    """Read the source of each case, with what it uses of its own module, as it is written there.

    A module that is not valid Python is skipped here: capturing its cases reports why.

    Args:
        folder: the folder of packs.
        cases: full names of the cases that are wanted.
    """
    found: dict[str, str] = {}
    for pack, file in find_modules(folder):
        if not any(case.startswith(f"{pack}/") for case in cases):
            continue
        for name, text in _read_module_sources(file):
            if (case := f"{pack}/{name}") in cases:
                found.setdefault(case, text)
    return found


def _read_module_sources(file: Path) -> Iterator[tuple[str, str]]:
    try:
        source = decode_source(file.read_bytes())
        tree = ast.parse(source)
    except (OSError, ValueError, SyntaxError, RecursionError):
        return
    lines = source.split("\n")
    known = {name: node for node in tree.body for name in _list_defined(node)}
    for node in find_case_functions(tree):
        used = sorted({_find_span(each) for each in _find_reached(node, known)})
        yield node.name, "\n\n\n".join("\n".join(lines[first - 1 : last]) for first, last in used)


def _list_defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Assign(targets=targets):
            inner = (node for target in targets for node in ast.walk(target))
            yield from (node.id for node in inner if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _find_reached(node: ast.stmt, known: dict[str, ast.stmt]) -> list[ast.stmt]:
    """Find a statement and all others of its module that it uses, directly or through others."""
    reached = [node]
    for each in reached:
        names = {inner.id for inner in ast.walk(each) if isinstance(inner, ast.Name)}
        reached.extend(known[name] for name in sorted(names & known.keys()) if known[name] not in reached)
    return reached


def _find_span(node: ast.stmt) -> tuple[int, int]:
    """Find a statement's first and last line, decorators included."""
    decorators = node.decorator_list if isinstance(node, _DEFINITION) else []
    first = min([node.lineno, *(each.lineno for each in decorators)])
    return first, node.end_lineno or node.lineno
