"""Find the cases of a folder of packs: import its modules and collect what `@case` marked."""

import importlib
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.cases.case import MARK, Case
from graph_goldens.cases.source_digests import digest_source

ROOT = "cases"


@dataclass(frozen=True)
class FoundCase:
    """A case that a module holds.

    Attributes:
        name: its full name, `pack/name`.
        build: the function that builds it.
        file: its module's file, relative to the folder of packs.
        line: line of the function in that file, from 1.
        source: digest of its source.
    """

    name: str
    build: Callable[[], Case]
    file: str
    line: int
    source: str


@dataclass(frozen=True)
class FailedModule:
    """A case module that cannot be used, and why in one sentence."""

    file: str
    error: str


def find_modules(folder: Path) -> Iterator[tuple[str, Path]]:
    """Find the pack and file of each case module: those of the pack folders, then the folder's own."""
    for file in sorted(folder.glob("*/*.py")):
        if not file.name.startswith("_"):
            yield file.parent.name, file
    for file in sorted(folder.glob("*.py")):
        if not file.name.startswith("_"):
            yield folder.name, file


def find_cases(
    folder: Path, importing: Callable[[str], None] = lambda _: None
) -> tuple[dict[str, FoundCase], list[FailedModule]]:
    """Import all case modules below a folder; return the cases by name, and the modules that failed.

    Args:
        folder: folder of packs.
        importing: hears of each module before it is imported.
    """
    _make_root_package(folder)
    cases: dict[str, FoundCase] = {}
    broken: list[FailedModule] = []
    for pack, file in find_modules(folder):
        shown = str(file.relative_to(folder))
        importing(shown)
        try:
            module = importlib.import_module(_name_module(folder, file))
        except Exception as error:
            broken.append(FailedModule(shown, _word_error(error)))
            continue
        for found in _collect_marked(module, pack, shown, folder):
            if found.name in cases:
                broken.append(FailedModule(shown, f"case {found.name} is also in {cases[found.name].file}"))
            else:
                cases[found.name] = found
    return cases, broken


def _make_root_package(folder: Path) -> None:
    """Make the folder importable as `cases`, whatever its name and place."""
    root = types.ModuleType(ROOT)
    root.__path__ = [str(folder)]
    sys.modules[ROOT] = root


def _name_module(folder: Path, file: Path) -> str:
    return ".".join((ROOT, *file.relative_to(folder).with_suffix("").parts))


def _collect_marked(module: types.ModuleType, pack: str, shown: str, folder: Path) -> Iterator[FoundCase]:
    members: Mapping[str, object] = vars(module)
    for name, member in members.items():
        if (
            isinstance(member, types.FunctionType)
            and hasattr(member, MARK)
            and member.__module__ == module.__name__
        ):
            line = member.__code__.co_firstlineno
            yield FoundCase(
                f"{pack}/{name}", member, shown, line, digest_source(folder, module.__name__, name)
            )


def _word_error(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}".rstrip(": ")
