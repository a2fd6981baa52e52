"""Import modules of the folder of packs from the very bytes that are digested, never from kept bytecode.

Bytecode is kept by a source's size and time, which images, `tar` and `rsync -t` leave alike for other text.
"""

import sys
import types
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from pathlib import Path

from graph_goldens.cases.case_folders import list_folders
from graph_goldens.cases.packs import PackSources


class PackLoader(SourceFileLoader):
    """Compiles a module from what `PackSources` read of it, and keeps no bytecode."""

    def __init__(self, name: str, path: str, sources: PackSources) -> None:
        super().__init__(name, path)
        self._sources = sources

    def get_data(self, path: str) -> bytes:
        """Return the module's bytes, read once, or those of another file."""
        return self._sources.read(Path(path)) if path == self.path else super().get_data(path)

    def get_code(self, fullname: str) -> types.CodeType:
        """Compile the module."""
        path = self.get_filename(fullname)
        return compile(self.get_data(path), path, "exec", dont_inherit=True)


class PackFinder(MetaPathFinder):
    """Finds the modules of the folder of packs, and no others."""

    def __init__(self, sources: PackSources) -> None:
        self._sources = sources

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module as Python does, but load it from the bytes that are digested."""
        if path is None or not fullname.startswith(f"{self._sources.root}."):
            return None
        kinds = (ExtensionFileLoader, EXTENSION_SUFFIXES), (SourceFileLoader, SOURCE_SUFFIXES)
        specs = (FileFinder(entry, *kinds).find_spec(fullname) for entry in path)
        spec = next((spec for spec in specs if spec), None)
        if spec and spec.origin and isinstance(spec.loader, SourceFileLoader):
            spec.loader = PackLoader(fullname, spec.origin, self._sources)
            spec.cached = None
        return spec


def make_importable(sources: PackSources) -> None:
    """Make the folder of packs importable by its import name, in place of what had the name before."""
    for name in [name for name in sys.modules if name.partition(".")[0] == sources.root]:
        del sys.modules[name]
    root = types.ModuleType(sources.root)
    root.__path__ = [str(folder) for folder in list_folders(sources.folder)]
    sys.modules[sources.root] = root
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, PackFinder)]
    sys.meta_path.insert(0, PackFinder(sources))
