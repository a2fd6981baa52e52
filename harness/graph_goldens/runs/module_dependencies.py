"""Which of a project's modules a case depends on: those that it imports, and those that act when imported.

Every capture begins in a process that has imported all case modules. A module that only defines names leaves
nothing there but itself, and matters to those alone that import it; any other one matters to all. What a
module imports is read from all of its import statements, wherever they stand; one that finds modules by other
means, such as `importlib`, is taken to depend on all of them.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_MARKS = {"case", "dataclass", "staticmethod", "classmethod", "property", "final", "override"}
# What evaluates to something and does nothing else, whatever its parts are, as long as they are quiet too.
_QUIET = (
    ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred, ast.BoolOp,
    ast.IfExp, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip
# Operators, which a class may define to do anything: quiet between constants, and between types.
_OPERATORS = (ast.UnaryOp, ast.BinOp, ast.Compare, ast.Subscript)
_TYPES = {"list", "dict", "tuple", "set", "frozenset", "type", "int", "float", "str", "bytes", "bool", "None"}
# Names by which a program finds modules without an import statement, or runs text.
_FINDERS = {
    "__import__", "__loader__", "__spec__", "__subclasses__", "compile", "eval", "exec", "gc", "globals",
    "import_module", "importlib", "inspect", "modules", "pkgutil", "reload", "runpy", "sys", "vars",
}  # fmt: skip
# Modules whose classes do nothing when a class is derived from them.
_QUIET_BASES = {"torch", "enum", "typing", "typing_extensions", "abc", "collections", "dataclasses"}
# Packages whose import leaves nothing behind that matters: those of the worker and of Python.
_QUIET_PACKAGES = {"torch", "graph_goldens", *sys.stdlib_module_names}


@dataclass(frozen=True)
class _Module:
    """What the text of a module says.

    Attributes:
        acts: whether importing it may do more than define its own names.
        searches: whether it may use modules that no import statement names.
        imports: names that its import statements name, and what each of them binds of a package.
    """

    acts: bool
    searches: bool
    passes: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()


_UNREADABLE = _Module(acts=True, searches=True)


@dataclass(frozen=True)
class ModuleDependencies:
    """The modules of a project, as a worker has imported them.

    Attributes:
        files: file of each module, by the module's name.
        root: import name of the folder of packs; a module elsewhere is taken to act when it is imported.
    """

    files: Mapping[str, str]
    root: str

    @cached_property
    def silent(self) -> frozenset[str]:
        """The files of modules that matter to those alone that import them."""
        names = (name for name in self.files if name.partition(".")[0] == self.root)
        return frozenset(self.files[name] for name in names if not self._read[name].acts)

    def find(self, file: str) -> frozenset[str]:
        """Find the files of all modules that a module depends on, its own included."""
        waiting = [name for name, each in self.files.items() if each == file]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._follow(name))
        return frozenset(self.files[name] for name in found) | {file}

    def _follow(self, name: str) -> Iterator[str]:
        module = self._read[name]
        if module.searches:
            yield from self.files
            return
        yield from (passed for passed in module.passes | module.binds if passed in self.files)
        for bound in module.binds:  # a package holds its modules, whoever has imported them
            yield from (other for other in self.files if other.startswith(f"{bound}."))

    @cached_property
    def _read(self) -> Mapping[str, _Module]:
        return {name: read_module(name, Path(file), self.root) for name, file in self.files.items()}


def read_module(name: str, file: Path, root: str) -> _Module:
    """Read what a module does when it is imported, and what it imports."""
    try:
        tree = ast.parse(file.read_bytes())
        passes, binds = _find_imports(tree, name if file.name == "__init__.py" else name.rpartition(".")[0])
        acts = not all(map(_Silence(_find_quiet_names(tree), root).holds, tree.body))
        return _Module(acts, not _FINDERS.isdisjoint(_find_words(tree)), passes, binds)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return _UNREADABLE


def _find_imports(tree: ast.Module, package: str) -> tuple[frozenset[str], frozenset[str]]:
    """Find the modules that import statements pass through, and those, or their parts, that they bind."""
    passes: set[str] = set()
    binds: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                passes.update(_list_parents(alias.name))
                binds.add(alias.name if alias.asname else alias.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            module = _resolve(node, package)
            passes.update(_list_parents(module), [module])
            binds.update(module if alias.name == "*" else f"{module}.{alias.name}" for alias in node.names)
    return frozenset(passes), frozenset(binds)


def _resolve(node: ast.ImportFrom, package: str) -> str:
    """Name the module of `from .objects import foo`."""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1] if node.level else []
    return ".".join([*base, *filter(None, [node.module])])


def _list_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))


def _find_words(tree: ast.Module) -> Iterator[str]:
    """Find all names and attributes, and the modules that are imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (part for alias in node.names for part in alias.name.split("."))


def _find_quiet_names(tree: ast.Module) -> frozenset[str]:
    """Find the names of types: they may be derived from, and be arguments of each other."""
    found = {"object", "Exception", "RuntimeError", "ValueError", "TypeError", *_TYPES}
    for node in tree.body:
        if isinstance(node, ast.Import):
            bound = ((alias.asname or alias.name.partition(".")[0], alias.name) for alias in node.names)
            found.update(name for name, module in bound if module.partition(".")[0] in _QUIET_BASES)
        elif isinstance(node, ast.ImportFrom):
            if not node.level and (node.module or "").partition(".")[0] in _QUIET_BASES:
                found.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.ClassDef):
            found.add(node.name)
    return frozenset(found)


@dataclass(frozen=True)
class _Silence:
    """Whether statements of a module only bind names there.

    Attributes:
        types: names of types, and of the modules that hold them.
        root: import name of the folder of packs.
    """

    types: frozenset[str]
    root: str

    def holds(self, node: ast.stmt) -> bool:
        """Whether a statement of a module or of a class does no more than bind names there."""
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                return True
            case ast.Import(names=names):
                return all(self._is_quiet_package(alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=level):
                return level > 0 or self._is_quiet_package(module or "")
            case ast.Assign(targets=targets, value=value):
                return all(isinstance(target, ast.Name) for target in targets) and self._is_quiet(value)
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                parts = [annotation, *filter(None, [value])]
                return isinstance(target, ast.Name) and all(map(self._is_quiet, parts))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                evaluated = _list_evaluated(node.args, node.returns)
                return all(map(self._is_quiet_mark, node.decorator_list)) and all(
                    map(self._is_quiet, evaluated)
                )
            case ast.ClassDef():
                derived = not node.keywords and all(_find_root(base) in self.types for base in node.bases)
                quiet = all(map(self._is_quiet_mark, node.decorator_list))
                return quiet and derived and all(map(self.holds, node.body))
            case _:
                return False

    def _is_quiet_package(self, module: str) -> bool:
        return module.partition(".")[0] in {*_QUIET_PACKAGES, self.root}

    def _is_quiet_mark(self, decorator: ast.expr) -> bool:
        if isinstance(decorator, ast.Call):
            arguments = [*decorator.args, *(word.value for word in decorator.keywords)]
            return self._is_quiet_mark(decorator.func) and all(map(self._is_quiet, arguments))
        name = decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
        return name in _MARKS

    def _is_quiet(self, expression: ast.expr) -> bool:
        if isinstance(expression, ast.Lambda):
            return all(map(self._is_quiet, _list_evaluated(expression.args)))
        children = [child for child in ast.iter_child_nodes(expression) if isinstance(child, ast.expr)]
        if isinstance(expression, _OPERATORS):
            return all(self._is_type_or_constant(child) for child in children)
        return isinstance(expression, _QUIET) and all(map(self._is_quiet, children))

    def _is_type_or_constant(self, expression: ast.expr) -> bool:
        parts = [part for part in ast.walk(expression) if isinstance(part, ast.expr)]
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        allowed = (*_OPERATORS, ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List)
        return all(isinstance(part, allowed) for part in parts) and self.types.issuperset(names)


def _list_evaluated(given: ast.arguments, returns: ast.expr | None = None) -> Iterator[ast.expr]:
    """List what the definition of a function evaluates: defaults and annotations."""
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    arguments += filter(None, [given.vararg, given.kwarg])
    yield from given.defaults
    yield from filter(None, given.kw_defaults)
    yield from (argument.annotation for argument in arguments if argument.annotation)
    yield from filter(None, [returns])


def _find_root(base: ast.expr) -> str:
    """Find the first name of `torch.nn.Module`, or of `Generic[T]`."""
    while isinstance(base, ast.Attribute | ast.Subscript):
        base = base.value
    return base.id if isinstance(base, ast.Name) else ""
