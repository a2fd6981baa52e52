"""A digest of what a case is made of, which stays the same while only comments, layout or docs change."""

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import decode_source
from pathlib import Path

from graph_goldens.cases.case_folders import locate_file
from graph_goldens.cases.case_marks import CaseMarks, read_marks
from graph_goldens.cases.packs import PackSources

_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER}
_DIGEST_LENGTH = 16


@dataclass(frozen=True)
class _Module:
    """The top level of a module: its definitions by name, its imports, and what runs at import."""

    definitions: dict[str, tuple[ast.AST, str]] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    effects: list[tuple[ast.AST, str]] = field(default_factory=list)


def digest_source(sources: PackSources, module: str, name: str) -> str:
    """Digest a definition and all that it uses from the folder of packs.

    It follows names of the same module, names and modules imported from the folder, what those modules
    do when they are imported, and the C++ sources of the packs that they belong to.
    """
    parts: dict[str, str] = {}
    _collect(sources, module, name, parts)
    for pack in sorted({part.split(":")[0].split(".")[1] for part in parts}):
        for file in sorted(locate_file(sources.folder, pack).glob("*.cpp")):
            parts[f"{pack}/{file.name}"] = file.read_text(encoding="utf-8")
    text = "\0".join(f"{part}\0{parts[part]}" for part in sorted(parts))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def _collect(sources: PackSources, module: str, name: str, parts: dict[str, str]) -> None:
    key = f"{module}:{name}"
    file = _find_file(sources, module)
    if key in parts or file is None:
        return
    parsed = _parse(sources.read(file), file, sources.root)
    if name in parsed.definitions:
        node, text = parsed.definitions[name]
        parts[key] = text
        _follow(sources, module, parsed, node, parts)
    elif name in parsed.imports:
        _follow_import(sources, *parsed.imports[name], parts)
    _collect_effects(sources, module, parsed, parts)


def _collect_effects(sources: PackSources, module: str, parsed: _Module, parts: dict[str, str]) -> None:
    key = f"{module}:<import>"
    if key in parts:
        return
    parts[key] = "\n".join(text for _, text in parsed.effects)
    for node, _ in parsed.effects:
        _follow(sources, module, parsed, node, parts)


def _follow(sources: PackSources, module: str, parsed: _Module, node: ast.AST, parts: dict[str, str]) -> None:
    for used in _find_names(node):
        if used in parsed.definitions or used in parsed.imports:
            _collect(sources, module, used, parts)


def _follow_import(sources: PackSources, module: str, name: str, parts: dict[str, str]) -> None:
    """Follow `from module import name`, where the name may itself be a module."""
    submodule = f"{module}.{name}" if name else module
    file = _find_file(sources, submodule)
    if file is None:
        _collect(sources, module, name, parts)
        return
    for defined in _parse(sources.read(file), file, sources.root).definitions:
        _collect(sources, submodule, defined, parts)


def _find_file(sources: PackSources, module: str) -> Path | None:
    first, *rest = module.split(".")
    if first != sources.root or not rest:
        return None
    file = locate_file(sources.folder, Path(*rest).with_suffix(".py"))
    return file if file.is_file() else None


def _find_names(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id


@lru_cache(maxsize=256)
def _parse(source: bytes, file: Path, root: str) -> _Module:
    text = decode_source(source)
    tree = ast.parse(text)
    parsed, marks = _Module(), read_marks(tree)
    for node in tree.body:
        _sort_in(parsed, node, _strip_text(text, node), f"{root}.{file.parent.name}", marks)
    return parsed


def _sort_in(parsed: _Module, node: ast.stmt, text: str, package: str, marks: CaseMarks) -> None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            parsed.definitions[node.name] = (node, text)
            if any(not marks.holds(decorator) for decorator in node.decorator_list):
                parsed.effects.append((node, text))
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for name in _find_names(target):
                    parsed.definitions[name] = (node, text)
        case ast.ImportFrom():
            for alias in node.names:
                parsed.imports[alias.asname or alias.name] = (_resolve_module(node, package), alias.name)
        case ast.Import():
            for alias in node.names:
                parsed.imports[alias.asname or alias.name] = (alias.name, "")
        case ast.Expr(value=ast.Constant()):
            return
        case _:
            parsed.effects.append((node, text))


def _resolve_module(node: ast.ImportFrom, package: str) -> str:
    """Name the module of `from .objects import foo` as `cases.<pack>.objects`."""
    if not node.level:
        return node.module or ""
    return ".".join(filter(None, (package, node.module)))


def _strip_text(source: str, node: ast.stmt) -> str:
    """Join a statement's tokens without comments, layout and docstrings."""
    first = min([node.lineno, *(line.lineno for line in getattr(node, "decorator_list", []))])
    lines = [f"{line}\n" for line in source.split("\n")][first - 1 : node.end_lineno]
    documentation = {line - first + 1 for line in _find_docstring_lines(node)}
    tokens = tokenize.generate_tokens(io.StringIO("".join(lines)).readline)
    return "".join(_spell(token) for token in tokens if token.start[0] not in documentation)


def _spell(token: tokenize.TokenInfo) -> str:
    if token.type in _LAYOUT:
        return "\n" if token.type == tokenize.NEWLINE else ""
    if token.type in (tokenize.INDENT, tokenize.DEDENT):
        return "{" if token.type == tokenize.INDENT else "}"
    return token.string + (" " if token.type == tokenize.NAME else "")


def _find_docstring_lines(node: ast.AST) -> Iterator[int]:
    for inner in ast.walk(node):
        if isinstance(inner, _DEFINITION) and ast.get_docstring(inner, clean=False) is not None:
            documentation = inner.body[0]
            yield from range(documentation.lineno, (documentation.end_lineno or documentation.lineno) + 1)
