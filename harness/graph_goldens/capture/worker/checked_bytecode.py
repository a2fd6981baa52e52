"""Import modules from bytecode only where it was made from the very source that is there: a script's helper.

By default Python takes bytecode for a source of the same size and time, which images, `tar`, `cp -p` and
`rsync -t` leave alike for other text; and it raises, each time, on bytecode that a full disk cut short. Here
bytecode is of the kind that holds a digest of its source (PEP 552), and what is torn is made anew.
"""

import importlib.util
import py_compile
import sys
import types
from contextlib import suppress
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)
from pathlib import Path

_CHECKED_HASH = 0b11  # PEP 552: the bytecode holds a digest of its source, which is to be checked
_TORN = (EOFError, ValueError, TypeError)  # what unmarshalling a part of bytecode raises


class CheckedLoader(SourceFileLoader):
    """Loads a module from bytecode that holds its source's digest, and makes such where there is none."""

    def get_code(self, fullname: str) -> types.CodeType | None:
        """Return the module's code."""
        path = self.get_filename(fullname)
        bytecode = Path(importlib.util.cache_from_source(path))
        with suppress(OSError, py_compile.PyCompileError):  # nothing can be kept, or importing says why
            if _read_kind(bytecode) != _CHECKED_HASH:
                kind = py_compile.PycInvalidationMode.CHECKED_HASH
                py_compile.compile(path, str(bytecode), doraise=True, invalidation_mode=kind)
        try:
            return super().get_code(fullname)
        except _TORN:
            with suppress(OSError):
                bytecode.unlink()
            return self.source_to_code(self.get_data(path), path)


def _read_kind(bytecode: Path) -> int:
    """Read the kind of a file of bytecode; -1 where there is none."""
    try:
        with bytecode.open("rb") as stream:
            return int.from_bytes(stream.read(8)[4:].ljust(4, b"\xff"), "little", signed=True)
    except OSError:
        return -1


def install() -> None:
    """Load whatever is imported from now on so; Python's own builtin and frozen modules have no bytecode."""
    hook = FileFinder.path_hook((ExtensionFileLoader, EXTENSION_SUFFIXES), (CheckedLoader, SOURCE_SUFFIXES))
    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()
