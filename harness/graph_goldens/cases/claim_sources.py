"""Claims as case modules write them, read without importing anything, to hold goldens against them.

What is read are calls of the claims themselves, with constants, tuples, lists and names that are given such
values once, in the function, its module or a module of the packs that it is imported from. What is computed
is left to a capture, and counted.
"""

import ast
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import decode_source
from pathlib import Path
from typing import Any

from graph_goldens.cases.case_folders import CaseFolders, locate_file
from graph_goldens.cases.case_marks import find_case_functions
from graph_goldens.cases.claims import KINDS_OF_CLAIM, Claim
from graph_goldens.cases.packs import PackSources

_PACKAGE = "graph_goldens"
_KINDS = {kind.__name__: kind for kind in KINDS_OF_CLAIM}
_SIGNS: Mapping[type[ast.unaryop], Any] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_DEEPEST = 20


class _ComputedError(Exception):
    """An expression is not written out."""


@dataclass(frozen=True)
class WrittenClaims:
    """The claims of a case.

    Attributes:
        claims: those that are written out.
        computed: how many others there are at least.
    """

    claims: tuple[Claim, ...]
    computed: int = 0


def read_written_claims(folder: CaseFolders) -> dict[str, WrittenClaims]:
    """Read the claims of each case below a folder of packs, by the case's full name.

    A module that is not valid Python is skipped here: capturing its cases reports why.
    """
    sources = PackSources(folder)
    modules = {file: _Module(file, sources) for _, file in sources.modules}
    found: dict[str, WrittenClaims] = {}
    for pack, file in sources.modules:
        for function in find_case_functions(modules[file].tree):
            found.setdefault(f"{pack}/{function.name}", modules[file].read_claims(function))
    return found


@dataclass(frozen=True)
class _Module:
    """A case module, or another module of a pack."""

    file: Path
    sources: PackSources
    depth: int = field(default=0, compare=False)

    @cached_property
    def tree(self) -> ast.Module:
        try:
            return ast.parse(decode_source(self.sources.read(self.file)))
        except (OSError, SyntaxError, ValueError, RecursionError):
            return ast.Module([], [])

    @cached_property
    def values(self) -> dict[str, list[ast.expr]]:
        return _list_values(self.tree)

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """For each name that is imported the module, and the name there; empty for a module itself."""
        found: dict[str, tuple[str, str]] = {}
        for node in self.tree.body:
            match node:
                case ast.ImportFrom(module=module, level=level):
                    found |= {a.asname or a.name: ("." * level + (module or ""), a.name) for a in node.names}
                case ast.Import():
                    found |= {a.asname or a.name: (a.name, "") for a in node.names}
        return found

    def read_claims(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> WrittenClaims:
        local = _list_values(function)
        claims: list[Claim] = []
        computed = 0
        for each in _find_claimed(function):
            try:
                parts = list(self._open(each, local, 0))
            except _ComputedError:
                computed += 1
                continue
            for part in parts:
                try:
                    claims.append(self._read_claim(part, local))
                except (_ComputedError, TypeError):
                    computed += 1
        return WrittenClaims(tuple(claims), computed)

    def _open(self, node: ast.expr, local: Mapping[str, list[ast.expr]], depth: int) -> Iterator[ast.expr]:
        """Yield the parts of a list of claims that is written out; what is computed in it is one part."""
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    if isinstance(part, ast.Starred):
                        yield from self._open(part.value, local, depth)
                    else:
                        yield part
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from self._open(left, local, depth)
                yield from self._open(right, local, depth)
            case ast.Name(id=name) if len(local.get(name, ())) == 1 and depth < _DEEPEST:
                yield from self._open(local[name][0], local, depth + 1)
            case _:
                yield node

    def _read_claim(self, node: ast.expr, local: Mapping[str, list[ast.expr]]) -> Claim:
        if isinstance(node, ast.Name) and len(local.get(node.id, ())) == 1:
            node = local[node.id][0]
        if not isinstance(node, ast.Call):
            raise _ComputedError
        kind = self._find_kind(node.func)
        args = [self._evaluate(each, local, 0) for each in node.args]
        kwargs = {each.arg or "": self._evaluate(each.value, local, 0) for each in node.keywords}
        claim: Claim = kind(*args, **kwargs)
        return claim

    def _find_kind(self, node: ast.expr) -> Any:
        """Find the claim that an expression means: a name imported from the package, or its attribute."""
        match node:
            case ast.Name(id=name):
                module, there = self.imports.get(name, ("", ""))
            case ast.Attribute(value=ast.Name(id=package), attr=there):
                module = self.imports.get(package, ("", ""))[0]
            case _:
                raise _ComputedError
        if module.partition(".")[0] != _PACKAGE or there not in _KINDS:
            raise _ComputedError
        return _KINDS[there]

    def _evaluate(self, node: ast.expr, local: Mapping[str, list[ast.expr]], depth: int) -> Any:
        if depth > _DEEPEST:
            raise _ComputedError
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                values = [value for part in parts for value in self._evaluate_part(part, local, depth)]
                return tuple(values) if isinstance(node, ast.Tuple) else values
            case ast.Dict(keys=keys, values=values) if all(keys):
                named = [self._evaluate(key, local, depth + 1) for key in keys if key]
                return dict(zip(named, (self._evaluate(v, local, depth + 1) for v in values), strict=True))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _SIGNS:
                return _SIGNS[type(op)](self._evaluate(operand, local, depth + 1))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._evaluate(left, local, depth + 1) + self._evaluate(right, local, depth + 1)
            case ast.Name(id=name):
                return self._look_up(name, local, depth + 1)
            case _:
                raise _ComputedError

    def _evaluate_part(self, part: ast.expr, local: Mapping[str, list[ast.expr]], depth: int) -> list[Any]:
        if isinstance(part, ast.Starred):
            return list(self._evaluate(part.value, local, depth + 1))
        return [self._evaluate(part, local, depth + 1)]

    def _look_up(self, name: str, local: Mapping[str, list[ast.expr]], depth: int) -> Any:
        for known in (local, self.values):
            if name in known:
                if len(known[name]) > 1:
                    raise _ComputedError
                return self._evaluate(known[name][0], {} if known is self.values else local, depth)
        module, there = self.imports.get(name, ("", ""))
        file = self._locate(module)
        if file is None or not there:
            raise _ComputedError
        return _Module(file, self.sources)._look_up(there, {}, depth)

    def _locate(self, module: str) -> Path | None:
        """Locate a module of the packs, by its full name or as one of the same pack."""
        below = module.lstrip(".")
        parts = below.split(".")
        if module.startswith("."):
            file = self.file.parent.joinpath(*parts).with_suffix(".py")
        else:
            file = locate_file(self.sources.folder, Path(*parts[1:]).with_suffix(".py") if parts[1:] else "")
        return file if below and file.is_file() else None


def _list_values(scope: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, list[ast.expr]]:
    """List what each name is given in a scope, wherever that stands in it."""
    found: dict[str, list[ast.expr]] = {}
    nodes = scope.body if isinstance(scope, ast.Module) else list(ast.walk(scope))
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                for name in (
                    inner.id for each in targets for inner in ast.walk(each) if isinstance(inner, ast.Name)
                ):
                    plain = len(targets) == 1 and isinstance(targets[0], ast.Name)
                    found.setdefault(name, []).extend([value] if plain else [value, value])
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.setdefault(name, []).append(value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                found.setdefault(name, []).extend((value, value))
    return found


def _find_claimed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """Find what a case's function gives as claims."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield from (each.value for each in node.keywords if each.arg == "claims")
