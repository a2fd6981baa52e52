"""Tracing paths that a project's settings or installed packages name: found by importing what they name."""

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib.metadata import entry_points

from graph_goldens.cases.mistakes import Mistake, word_error
from graph_goldens.cases.own_paths import FoundPath, read_named_path
from graph_goldens.cases.text_rules import find_rule_mistakes

ENTRY_POINTS = "graph_goldens.tracing_paths"
"""The group of entry points by which an installed package brings tracing paths."""


@dataclass(frozen=True)
class PathReference:
    """Where a tracing path is said to be.

    Attributes:
        name: its name.
        target: where its function is, `module:function`.
        file: what says so: the settings' table, or a package.
    """

    name: str
    target: str
    file: str

    @property
    def module(self) -> str:
        """The name of the module."""
        return self.target.partition(":")[0]


def list_entry_points() -> list[PathReference]:
    """List the tracing paths that installed packages bring, by name."""
    found = entry_points(group=ENTRY_POINTS)
    named = (
        PathReference(each.name, each.value, each.dist.name if each.dist else ENTRY_POINTS) for each in found
    )
    return sorted(set(named), key=lambda each: (each.name, each.file, each.target))


def find_named_paths(
    references: Sequence[PathReference], importing: Callable[[str], None], unusable: Mapping[str, str]
) -> tuple[list[FoundPath], list[Mistake]]:
    """Import what is named, each module once; one that fails costs its own tracing paths.

    Args:
        references: where tracing paths are said to be.
        importing: hears of each module before it is imported.
        unusable: modules that are not imported, since that ends or hangs the process, and why.
    """
    found: list[FoundPath] = []
    mistakes: list[Mistake] = []
    for module, named in _group_by_module(references).items():
        error = unusable.get(module, "")
        if not error:
            importing(module)
            error = _import(module)
        for each in named:
            read = error or _read(each)
            if isinstance(read, FoundPath):
                found.append(read)
            else:
                mistakes.append(Mistake(each.file, read, path=each.name))
        mistakes += () if error else _find_rule_mistakes(module, named[0].file)
    return found, mistakes


def _group_by_module(references: Iterable[PathReference]) -> dict[str, list[PathReference]]:
    groups: dict[str, list[PathReference]] = {}
    for each in references:
        groups.setdefault(each.module, []).append(each)
    return groups


def _import(module: str) -> str:
    """Import a module; return why it cannot be."""
    try:
        importlib.import_module(module)
    except Exception as error:
        return f"importing {module} raises {word_error(error)}"
    return ""


def _read(reference: PathReference) -> FoundPath | str:
    """Read a tracing path of a module that is imported, or say why it is none."""
    name = reference.target.partition(":")[2]
    try:
        found = reduce(getattr, name.split("."), importlib.import_module(reference.module))
    except AttributeError:
        return f"{reference.module} has no {name!r}; name a function of it as module:function"
    return read_named_path(reference.name, reference.target, found, reference.file)


def _find_rule_mistakes(module: str, file: str) -> Iterator[Mistake]:
    return find_rule_mistakes(vars(importlib.import_module(module)), module, file)
