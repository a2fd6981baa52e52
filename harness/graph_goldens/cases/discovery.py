"""Find the cases and tracing paths of a folder of packs: import its modules and collect what is marked."""

import ast
import importlib
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import decode_source
from pathlib import Path

from graph_goldens.cases.case import MARK, Case
from graph_goldens.cases.case_folders import CaseFolders, name_file
from graph_goldens.cases.case_marks import find_repeated
from graph_goldens.cases.mistakes import Mistake, word_error
from graph_goldens.cases.own_paths import FoundPath, find_marked_paths
from graph_goldens.cases.pack_loader import make_importable
from graph_goldens.cases.packs import ALL_PACKS, PackChoice, PackSources, find_misplaced, name_module
from graph_goldens.cases.source_digests import digest_source
from graph_goldens.cases.text_rules import find_rule_mistakes
from graph_goldens.names import explain_bad_name

_NOT_READABLE = (
    "is marked as a case in a way that cannot be read from its source; write @case, imported from "
    "graph_goldens, above a function at the top level of its module"
)


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

    @property
    def pack(self) -> str:
        """The name of its pack."""
        return self.name.rpartition("/")[0]


@dataclass
class Discovery:
    """The cases of a folder of packs.

    Attributes:
        cases: those that can be used, by full name.
        paths: the tracing paths that its modules hold.
        mistakes: why others cannot be.
    """

    cases: dict[str, FoundCase] = field(default_factory=dict)
    paths: list[FoundPath] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    _folded: dict[str, FoundCase] = field(default_factory=dict)

    def add(self, found: FoundCase) -> None:
        """Take a case, unless its name cannot stand beside those before it."""
        error = _explain_name(found.name, self._folded.get(found.name.casefold()))
        if error:
            self.mistakes.append(Mistake(found.file, error, (found.name,), found.line))
            return
        self.cases[found.name] = self._folded[found.name.casefold()] = found


def find_cases(
    folder: CaseFolders,
    importing: Callable[[str], None] = lambda _: None,
    unusable: Mapping[str, str] | None = None,
    choice: PackChoice = ALL_PACKS,
) -> Discovery:
    """Import all case modules below a folder; a module that fails costs its own cases.

    Args:
        folder: folder of packs, or several.
        importing: hears of each module before it is imported.
        unusable: modules that are not imported, since that ends or hangs the process, and why.
        choice: import name of the folder, and which of its packs are meant.
    """
    sources, unusable = PackSources(folder, choice), unusable or {}
    make_importable(sources)
    discovery = Discovery(mistakes=list(find_misplaced(sources)))
    for pack, file in sources.modules:
        shown = str(name_file(folder, file))
        error = unusable.get(shown, "")
        if not error:
            importing(shown)
            error = _collect_cases(discovery, sources, pack, file)
        if error:
            discovery.mistakes.append(Mistake(shown, error, sources.name_cases(pack, file)))
    return discovery


def _collect_cases(discovery: Discovery, sources: PackSources, pack: str, file: Path) -> str:
    """Import a module and take its cases; return why it cannot be imported."""
    shown = str(name_file(sources.folder, file))
    try:
        module = importlib.import_module(name_module(sources, file))
        for node in find_repeated(ast.parse(decode_source(sources.read(file)))):
            error = f"the case {node.name} is defined twice in this module"
            discovery.mistakes.append(Mistake(shown, error, (f"{pack}/{node.name}",), node.lineno))
        found = list(_collect_marked(module, pack, shown, sources))
        discovery.mistakes.extend(find_rule_mistakes(vars(module), module.__name__, shown))
        discovery.paths.extend(find_marked_paths(vars(module), module.__name__, shown, pack))
    except ModuleNotFoundError as error:
        return word_error(error) + _say_what_brings(error.name or "", pack, sources.root)
    except Exception as error:
        return word_error(error)
    known, repeated = (
        sources.name_cases(pack, file),
        {name for each in discovery.mistakes for name in each.cases},
    )
    for each in found:
        if each.name not in known:
            discovery.mistakes.append(Mistake(shown, f"{each.name} {_NOT_READABLE}", (each.name,), each.line))
        elif each.name not in repeated:
            discovery.add(each)
    return ""


def _say_what_brings(module: str, pack: str, root: str) -> str:
    """Say which setting brings a package that is missing; nothing of a module that is the project's own."""
    package = module.partition(".")[0]
    if not package or package in (root, "graph_goldens", "torch", *sys.stdlib_module_names):
        return ""
    return (
        f'; say `requires = ["{package}"]`, or what else brings it, under [tool.goldens.packs.{pack}] in '
        f"pyproject.toml or in {pack}/pack.toml, or install it into the interpreter of --python"
    )


def _explain_name(name: str, before: FoundCase | None) -> str:
    """Say why a case cannot have its name; empty where it can."""
    if before is not None and before.name == name:
        return f"case {name} is also in {before.file}"
    if before is not None:
        return f"case {name} is also {before.name} where a file system ignores case"
    bad = next((part for part in name.split("/") if explain_bad_name(part)), None)
    return "" if bad is None else f"the name {bad[:60]!r} {explain_bad_name(bad)}"


def _collect_marked(
    module: types.ModuleType, pack: str, shown: str, sources: PackSources
) -> Iterator[FoundCase]:
    members: Mapping[str, object] = vars(module)
    seen: set[int] = set()
    for name, member in members.items():
        if not (
            isinstance(member, types.FunctionType)
            and hasattr(member, MARK)
            and member.__module__ == module.__name__
            and id(member) not in seen  # another name for the same case
        ):
            continue
        seen.add(id(member))
        line, source = member.__code__.co_firstlineno, digest_source(sources, module.__name__, name)
        yield FoundCase(f"{pack}/{name}", member, shown, line, source)
