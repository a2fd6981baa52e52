"""Which of a project's modules a case depends on: those that it imports, and those that act when imported.

Every capture begins in a process that has imported all case modules. A module that only defines names leaves
nothing there but itself, and matters to those alone that import it; any other one matters to all. What a
module imports is read from all of its import statements, wherever they stand; one that finds modules by other
means, such as `importlib`, is taken to depend on all of them.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from graph_goldens.runs.silent_modules import only_binds_names

# Names by which a program finds modules without an import statement, or runs text.
_FINDERS = {
    "__import__", "__loader__", "__spec__", "__subclasses__", "compile", "eval", "exec", "gc", "globals",
    "import_module", "importlib", "inspect", "modules", "pkgutil", "reload", "runpy", "sys", "vars",
}  # fmt: skip


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
        roots: import names of the folder of packs and of the project's own packages; a module elsewhere is
            taken to act when it is imported.
    """

    files: Mapping[str, str]
    roots: frozenset[str]

    @cached_property
    def silent(self) -> frozenset[str]:
        """The files of modules that matter to those alone that import them.

        What a module that acts has imported, itself or through others, is used by what it does.
        """
        quiet = {name for name in self.files if name.partition(".")[0] in self.roots}
        quiet -= {name for name, module in self._read.items() if module.acts}
        used = self._reach(self.files.keys() - quiet)
        return frozenset(self.files[name] for name in quiet - used)

    def find(self, file: str) -> frozenset[str]:
        """Find the files of all modules that a module depends on, its own included."""
        found = self._reach(name for name, each in self.files.items() if each == file)
        return frozenset(self.files[name] for name in found) | {file}

    def _reach(self, names: Iterable[str]) -> set[str]:
        """Name some modules and all that they import, themselves or through others."""
        waiting, found = list(names), set[str]()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._follow(name))
        return found

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
        return {name: read_module(name, Path(file), self.roots) for name, file in self.files.items()}


def read_module(name: str, file: Path, roots: frozenset[str]) -> _Module:
    """Read what a module does when it is imported, and what it imports."""
    try:
        tree = ast.parse(file.read_bytes())
        passes, binds = _find_imports(tree, name if file.name == "__init__.py" else name.rpartition(".")[0])
        acts = not only_binds_names(tree, roots)
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
