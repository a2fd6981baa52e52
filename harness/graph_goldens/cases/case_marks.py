"""What is a case, read from a module's source: the one rule that everything which imports nothing goes by.

A case is a function at the top level of a module, blocks such as `if` included, under `@case`, however that
is spelt: `@case`, `@golden` after `from graph_goldens import case as golden`, `@gg.case` after
`import graph_goldens as gg`, or a name that one of these was given to. What a worker finds by importing is
held against this rule when cases are listed, so the two cannot differ unnoticed.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PACKAGE = "graph_goldens"
_MARK = "case"


@dataclass(frozen=True)
class CaseMarks:
    """How a module spells the mark of a case.

    Attributes:
        names: names that the mark itself has there.
        packages: names of packages and modules that hold it, as `case`.
    """

    names: frozenset[str]
    packages: frozenset[str]

    def holds(self, decorator: ast.expr) -> bool:
        """Whether an expression is the mark."""
        match decorator:
            case ast.Name(id=name):
                return name in self.names
            case ast.Attribute(value=value, attr=attribute):
                return attribute == _MARK and ast.unparse(value) in self.packages
            case _:
                return False


def read_marks(tree: ast.Module) -> CaseMarks:
    """Read how a module spells the mark: from its imports, then from names that it gives to the mark."""
    names: set[str] = set()
    packages: set[str] = set()
    for node in _iterate_statements(tree.body):
        match node:
            case ast.ImportFrom(module=str(module), level=0) if _is_ours(module):
                names.update(_list_marks(node.names))
                packages.update(alias.asname or alias.name for alias in node.names)
            case ast.Import():
                packages.update(alias.asname or alias.name for alias in node.names if _is_ours(alias.name))
                packages.update(_PACKAGE for alias in node.names if _is_ours(alias.name) and not alias.asname)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if CaseMarks(frozenset(names), frozenset(packages)).holds(value):
                    names.add(name)
    return CaseMarks(frozenset(names), frozenset(packages))


def find_case_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Find the functions of a module that are cases, in order; of exclusive branches, those of each."""
    marks = read_marks(tree)
    for node in _iterate_statements(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            map(marks.holds, node.decorator_list)
        ):
            yield node


def find_repeated(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Find cases at the very top level that have the name of one before them, which they would replace."""
    seen: set[str] = set()
    for node in find_case_functions(tree):
        if node in tree.body:
            if node.name in seen:
                yield node
            seen.add(node.name)


def _is_ours(module: str) -> bool:
    return module == _PACKAGE or module.startswith(f"{_PACKAGE}.")


def _list_marks(aliases: Iterable[ast.alias]) -> Iterator[str]:
    """List the names under which `case` is imported."""
    for alias in aliases:
        if alias.name in (_MARK, "*"):
            yield alias.asname or _MARK


def _iterate_statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Iterate over statements and those of their blocks, but not over what functions and classes hold."""
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            yield from _iterate_statements(ast.iter_child_nodes(node))
