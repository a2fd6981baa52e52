"""The folder of packs: which of its files are case modules, what they are called, and what they say."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import decode_source
from pathlib import Path

from graph_goldens.cases.case_folders import CaseFolders, list_folders, name_file
from graph_goldens.cases.case_marks import find_case_functions
from graph_goldens.cases.mistakes import Mistake
from graph_goldens.cases.root_name import ROOT
from graph_goldens.errors import UserError
from graph_goldens.names import explain_bad_name

_STEM = re.compile(r"\w+")


@dataclass(frozen=True)
class PackChoice:
    """Which packs of a folder are meant, and what the folder is imported as.

    Attributes:
        root: the folder's import name.
        names: the packs; all where None.
    """

    root: str = ROOT
    names: frozenset[str] | None = None

    def holds(self, pack: str) -> bool:
        """Whether a pack is meant."""
        return self.names is None or pack in self.names


ALL_PACKS = PackChoice()


@dataclass(frozen=True)
class LeftOut:
    """A file that ends in `.py` and is no case module, relative to the folder of packs, and why."""

    file: str
    why: str


@dataclass(frozen=True)
class PackSources:
    """The sources of a folder of packs, each file read once: what is run is what was digested.

    Attributes:
        folder: the folder, or several.
        choice: its import name, and which of its packs are meant.
    """

    folder: CaseFolders
    choice: PackChoice = ALL_PACKS
    _bytes: dict[Path, bytes] = field(default_factory=dict, repr=False, compare=False)

    def read(self, file: Path) -> bytes:
        """Read a file, or what was read of it before."""
        if file not in self._bytes:
            self._bytes[file] = file.read_bytes()
        return self._bytes[file]

    def list_case_functions(self, file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """List the functions of a module that are cases; none where it is not valid Python."""
        try:
            return list(find_case_functions(ast.parse(decode_source(self.read(file)))))
        except (OSError, SyntaxError, ValueError, RecursionError):
            return []

    def name_cases(self, pack: str, file: Path) -> tuple[str, ...]:
        """Name the cases of a module in full, each once."""
        return tuple(dict.fromkeys(f"{pack}/{node.name}" for node in self.list_case_functions(file)))

    @cached_property
    def modules(self) -> tuple[tuple[str, Path], ...]:
        """The pack and file of each case module of the packs that are meant."""
        return tuple(found for found in find_modules(self.folder) if self.choice.holds(found[0]))

    def name_all_cases(self) -> Iterator[str]:
        """Name the cases of the packs that are meant, in full."""
        return (name for pack, file in self.modules for name in self.name_cases(pack, file))

    @property
    def root(self) -> str:
        """The folder's import name."""
        return self.choice.root


def find_modules(place: CaseFolders) -> Iterator[tuple[str, Path]]:
    """Find the pack and file of each case module: those of the pack folders, then the folder's own.

    A module whose name begins with an underscore belongs to its pack and holds no cases.
    """
    for folder in list_folders(place):
        for file in _list_candidates(folder):
            if not file.name.startswith("_") and not _explain_no_module(folder, file):
                yield (folder if file.parent == folder else file.parent).name, file


def list_packs(place: CaseFolders) -> list[str]:
    """List the packs that have a case module, each once."""
    return list(dict.fromkeys(pack for pack, _ in find_modules(place)))


def find_left_out(place: CaseFolders) -> Iterator[LeftOut]:
    """Find what looks like a case module and is none: copies of editors, folders, pipes, broken links."""
    for folder in list_folders(place):
        for file in _list_candidates(folder):
            if why := _explain_no_module(folder, file):
                yield LeftOut(str(file.relative_to(folder)), why)


def demand_apart(folders: Sequence[Path]) -> None:
    """Refuse folders of which one lies in another, or that hold a pack of one name.

    Raises:
        UserError: they are not apart.
    """
    held: dict[str, Path] = {}
    for folder in folders:
        above = next((each for each in folders if each in folder.parents), None)
        if above:
            raise UserError(f"`cases` in [tool.goldens] names {folder}, which lies in {above}; leave one out")
        for pack in list_packs(folder):
            if (other := held.setdefault(pack, folder)) != folder:
                raise UserError(f"the pack {pack} is in {other} and in {folder}; rename one")


def find_misplaced(sources: PackSources) -> Iterator[Mistake]:
    """Find modules that hold cases and are no case modules: private, or more than one folder deep."""
    for folder in list_folders(sources.folder):
        yield from _find_misplaced(sources, folder)


def _find_misplaced(sources: PackSources, folder: Path) -> Iterator[Mistake]:
    known = {file for _, file in find_modules(folder)} | {
        folder / left.file for left in find_left_out(folder)
    }
    for file in sorted(folder.rglob("*.py")):
        name = file.relative_to(folder)
        if file in known or any(part.startswith(".") for part in name.parts) or not file.is_file():
            continue
        if functions := sources.list_case_functions(file):
            error = (
                f"{functions[0].name} is not found: cases lie in modules without a leading underscore, "
                "in the folder of cases or in a pack, one folder below"
            )
            yield Mistake(str(name), error, line=functions[0].lineno)


def name_module(sources: PackSources, file: Path) -> str:
    """Name a module of the folder of packs as it is imported: `cases.torchbind.objects`."""
    return ".".join((sources.root, *name_file(sources.folder, file).with_suffix("").parts))


def _list_candidates(folder: Path) -> list[Path]:
    return [*sorted(folder.glob("*/*.py")), *sorted(folder.glob("*.py"))]


def _explain_no_module(folder: Path, file: Path) -> str:
    name = file.relative_to(folder)
    if any(part.startswith(".") for part in name.parts):
        return "it is hidden"
    if not file.is_file():
        return "it is no file"
    if not _STEM.fullmatch(file.stem) or "." in name.parts[0].removesuffix(".py"):
        return "its name cannot be imported"
    if len(name.parts) > 1 and (why := explain_bad_name(name.parts[0])):
        return f"the pack's name {why}"
    return ""
