"""Which files and folders belong to whom, and where import looks for modules."""

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import source_from_cache
from pathlib import Path
from types import FrameType, ModuleType

import torch

# Folders of the system that hold no files of anybody.
_SYSTEM = ("/proc/", "/sys/", "/dev/")
# Variables that name folders of the worker's own, whose files are written by captures.
_OWN = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPYCACHEPREFIX", "PYTHONPATH")


class FilePlaces:
    """Which files belong to whom.

    Args:
        root: import name of the folder of packs.
        import_from: folders of the project's own modules, which import searches after all others.
    """

    def __init__(self, root: str, import_from: Iterable[Path]) -> None:
        self._root = root
        self._own_folders = [make_absolute(str(folder)) for folder in import_from]
        kinds = ("stdlib", "platstdlib", "purelib", "platlib")
        self._torch = str(Path(torch.__file__).parent) + os.sep
        folders = {sysconfig.get_path(kind) for kind in kinds} | {str(Path(self._torch).parent)}
        real = {os.path.realpath(folder) for folder in folders}
        self._standard = tuple({sysconfig.get_path(kind) + os.sep for kind in kinds[:2]})
        self._installed = tuple(folder + os.sep for folder in folders | real)
        own = {make_absolute(os.environ[name]) + os.sep for name in _OWN if os.environ.get(name)}
        self._skipped = (self._torch, *_SYSTEM, *own)
        self._searched = frozenset({*sys.path, *folders, *real})

    def is_installed(self, path: str) -> bool:
        """Whether a file belongs to Python or to an installed package."""
        return path.startswith(self._installed)

    def is_skipped(self, path: str) -> bool:
        """Whether a file is PyTorch's, the system's or the worker's own, which are known otherwise."""
        return path.startswith(self._skipped) or path in self._searched

    def is_own(self, path: str) -> bool:
        """Whether a module's file belongs to the project, or to nobody that is known."""
        return not self.is_installed(path) and not self.is_skipped(path)

    def is_own_module(self, module: ModuleType) -> bool:
        """Whether a module, or a package without a file, belongs to the project."""
        places = [*list_files({"": module}), *(("", folder) for folder in list_folders(module))]
        return bool(places) and self.is_own(places[0][1])

    def is_pack(self, folder: str) -> bool:
        """Whether import looks into a folder for modules of packs alone."""
        modules = list(sys.modules.items())
        packages = [module for name, module in modules if name.partition(".")[0] == self._root]
        return any(folder in list_folders(module) for module in packages)

    def is_asked_by_tools(self) -> bool:
        """Whether what is done is the doing of PyTorch, such as a look at the compiler, or of the worker."""
        frame: FrameType | None = (caller := sys._getframe(1))
        asking = caller.f_code.co_filename
        while frame is not None:
            file = frame.f_code.co_filename
            if file != asking and not file.startswith((*self._standard, "<frozen")):
                return file.startswith(self._skipped)
            frame = frame.f_back
        return False

    def find_source(self, path: str) -> str:
        """Find the module that bytecode stands for: another one would be compiled if that changed."""
        if not path.endswith(".pyc"):
            return path
        try:
            return source_from_cache(path)
        except (ValueError, NotImplementedError):
            return path

    def list_candidates(self, name: str) -> list[str]:
        """List where a module of the project was looked for that was not there."""
        parent, _, last = name.rpartition(".")
        package = sys.modules.get(parent)
        folders = list_folders(package) if package else ([] if parent else self._own_folders)
        return [form for folder in folders for form in _list_forms(f"{folder}/{last}")]


def list_files(modules: Mapping[str, ModuleType]) -> list[tuple[str, str]]:
    """List the files of modules; what stands for a module, as `torch.ops` does, may have none."""
    files = (
        (name, getattr(module, "__dict__", {}).get("__file__")) for name, module in list(modules.items())
    )
    return [(name, make_absolute(file)) for name, file in files if isinstance(file, str) and file]


def list_folders(package: ModuleType) -> list[str]:
    """List the folders of a package; none where a module is no package."""
    folders = getattr(package, "__dict__", {}).get("__path__")
    try:
        return [make_absolute(folder) for folder in folders or () if isinstance(folder, str)]
    except KeyError:  # where PyTorch 2.4 took `triton` away, a package below it has lost its path
        return []


def list_shadowing(module: ModuleType) -> Iterator[str]:
    """List the files that are not there and would be imported instead of a module's."""
    files = [file for _, file in list_files({"": module})]
    stems = list_folders(module) or [str(Path(file).with_suffix("")) for file in files]
    forms = (form for stem in stems for form in _list_forms(stem))
    return (form for form in forms if not os.path.lexists(form))


def _list_forms(stem: str) -> list[str]:
    """List the files that a module of this place may have, in the order in which import looks for them."""
    endings = (*EXTENSION_SUFFIXES, ".py")
    return [start + ending for start in (f"{stem}/__init__", stem) for ending in endings]


def make_absolute(path: str) -> str:
    """Make a path absolute and keep the links in it: one that leads elsewhere later is another file."""
    return os.path.abspath(path)  # noqa: PTH100 (as said)
