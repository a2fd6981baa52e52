"""Note which lines of the harness run in this process, wherever it may end.

A copy of this file lies in the folder of a measurement, and every Python that a measured test starts runs
it: the host's and the workers', which have nothing but the standard library. Each statement of the harness
is compiled with another one before it, which writes a 1 into a file that all of them share as memory. So
nothing is left to do at the end of a process, which may be a kill or a crash; forks are counted with no more
ado; and what is not the harness's, PyTorch above all, runs untouched, as no tracer is set.

Coverage's own `patch = subprocess, fork, _exit, execv` does not see the same (7.17.5 on Python 3.11, tried
on a small package): a child that is killed or crashes leaves no data; in a fork, the lines of the functions
that were running when it forked are lost, which are most of `capture/worker/child_process.py`; and it does
not start in a Python with `-I -S`, as `environments/guard.py` has, or with variables of its own, as every
worker has.
"""

import ast
import builtins
import json
import marshal
import mmap
import os
import sys
from collections.abc import Iterator
from importlib.abc import FileLoader, Loader, SourceLoader
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from importlib.util import source_hash
from pathlib import Path
from types import CodeType
from typing import Any

PACKAGE = "graph_goldens"
LINES = "__harness_lines__"
MARK = 1
_BLOCKS = ("body", "orelse", "finalbody")


def install() -> None:
    """Let this process note the lines of the harness's modules that it imports from now on."""
    folder = Path(__file__).parent
    modules: dict[str, list[Any]] = json.loads((folder / "modules.json").read_bytes())
    with (folder / "lines").open("r+b") as lines:
        setattr(builtins, LINES, mmap.mmap(lines.fileno(), 0))

    def loader(name: str, path: str) -> Loader:
        if name not in modules:
            return SourceFileLoader(name, path)
        first, digest = modules[name]
        return CountingLoader(name, path, first, digest, folder)

    sources = (loader, [".py"])
    hook = FileFinder.path_hook((ExtensionFileLoader, EXTENSION_SUFFIXES), sources)  # type: ignore[arg-type]  # any callable will do
    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()


# Not a SourceFileLoader: pytest would take such a module for one whose assertions it may rewrite.
class CountingLoader(FileLoader, SourceLoader):  # type: ignore[misc]  # as SourceFileLoader itself has them
    """Loads a module so that it notes its lines, unless its file is no longer what is measured.

    Attributes:
        first: where the module's lines begin among those of all.
        digest: the hash of its source.
        folder: the folder of the measurement, which keeps what was compiled.
    """

    def __init__(self, name: str, path: str, first: int, digest: str, folder: Path) -> None:
        super().__init__(name, path)
        self.first = first
        self.digest = digest
        self.folder = folder

    def get_code(self, fullname: str) -> CodeType:
        """Compile the module, or take what another process compiled."""
        data = self.get_data(self.path)
        if source_hash(data).hex() != self.digest:
            return compile(data, self.path, "exec", dont_inherit=True)
        kept = self.folder / "code" / f"{sys.implementation.cache_tag}-{self.name}"
        if kept.exists():
            code: CodeType = marshal.loads(kept.read_bytes())
            return code
        code = compile(counted(data, self.first), self.path, "exec", dont_inherit=True)
        draft = kept.with_name(f"{kept.name}.{os.getpid()}")
        draft.write_bytes(marshal.dumps(code))
        draft.replace(kept)
        return code


def counted(source: bytes, first: int = 0) -> ast.Module:
    """Parse a module and put before each statement one that notes its line."""
    tree = ast.parse(source)
    for node in list(ast.walk(tree)):
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):  # a lambda's is an expression
                setattr(node, name, list(_noting(node if name == "body" else None, block, first)))
    return tree


def _noting(owner: ast.AST | None, block: list[ast.stmt], first: int) -> Iterator[ast.stmt]:
    """Note also the line by which a block is reached where nothing can be noted before it."""
    match owner:
        case ast.ExceptHandler(lineno=line) | ast.match_case(pattern=ast.pattern(lineno=line)):
            yield _note(line, first)
    for number, statement in enumerate(block):
        if not (number == 0 and _is_text(statement)):  # a docstring stays first, and is no code
            for decorator in getattr(statement, "decorator_list", []):
                yield _note(decorator.lineno, first)
            yield _note(statement.lineno, first)
        yield statement


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _note(line: int, first: int) -> ast.stmt:
    """Make `LINES[first + line] = 1`."""
    target = ast.Subscript(ast.Name(LINES, ast.Load()), ast.Constant(first + line), ast.Store())
    note = ast.Assign(
        [target], ast.Constant(MARK), lineno=line, end_lineno=line, col_offset=0, end_col_offset=0
    )
    return ast.fix_missing_locations(note)
