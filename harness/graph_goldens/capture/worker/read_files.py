"""What a worker and its children read: each file and folder that Python opens, imports or lists.

An audit hook (PEP 578) hears of them. What it hears of before the cases are listed belongs to all captures;
what it hears of afterwards, in a child, to that child's capture. A file is marked before it is opened, so a
file that is saved meanwhile never stands for bytes that were not read. What no mark can name (another
program, the network) is named in words, and the capture is not kept.

What compiled code opens (a pack's C++ library, `torch.jit.load`, `torch.from_file`) raises no event. A case
declares it in `Case.reads`; what is still open or mapped when the capture ends is found there (held_open.py)
and marked then, unless it was changed since this process began, which no mark can undo. What compiled code
opened, closed and did not declare stays unseen, and so does a mere look: `os.stat`, `os.path.exists`,
`os.access`, `os.readlink` raise no event either, while a folder that is listed or globbed is heard.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from torch._C._dynamo import eval_frame

from graph_goldens.capture.worker.file_places import FilePlaces, list_files, list_shadowing, make_absolute
from graph_goldens.capture.worker.held_open import list_held_open
from graph_goldens.cases.root_name import ROOT
from graph_goldens.file_marks import MISSING, NOTHING, mark_content, mark_names, mark_stat

_FINDER = "<frozen importlib._bootstrap_external>"
_CLOCK_STEP = 20_000_000  # nanoseconds by which the file system's clock may be behind
_FRAMES: Any = eval_frame  # its stubs do not know what it holds
_PROGRAM, _NETWORK = "it starts another program", "it asks the network"
# Audit events (docs.python.org, "Audit events table") of what no mark can name, each with what to call it.
_UNNAMEABLE = {
    "subprocess.Popen": _PROGRAM,
    "os.system": _PROGRAM,
    "os.exec": _PROGRAM,
    "os.posix_spawn": _PROGRAM,
    "os.spawn": _PROGRAM,
    "os.fork": _PROGRAM,
    "os.forkpty": _PROGRAM,
    "pty.spawn": _PROGRAM,
    "socket.connect": _NETWORK,
    "socket.getaddrinfo": _NETWORK,
    "socket.gethostbyname": _NETWORK,
    "urllib.Request": _NETWORK,
}


class Reads:
    """What this process has read; a forked child goes on with what its worker has read since the listing.

    Args:
        root: import name of the folder of packs.

    Attributes:
        marks: what each file or folder was like when it was read, by its absolute path.
        unnamed: in words, what else was asked that no mark can name.
    """

    def __init__(self, root: str = ROOT, import_from: Iterable[Path] = ()) -> None:
        self.marks: dict[str, str] = {}
        self.unnamed: set[str] = set()
        self._built: dict[str, str] = {}
        self._built_unnamed: set[str] = set()
        self._known: set[str] = set()
        self._newest, self._count = "", 0
        self._tried: set[str] = set()
        self._places = FilePlaces(root, import_from)
        self._busy: set[int] = set()
        self._declared: dict[str, str] = {}
        self._held: set[str] = set()
        self._began = 0
        self._shared, self._shared_unnamed = 0, frozenset[str]()
        self._handlers: Mapping[str, Callable[..., None]] = {
            "open": self._note_open,
            "os.listdir": self._note_listing,
            "os.scandir": self._note_listing,
            "import": self._note_import,
            "sqlite3.connect": self._note_file,
            "ctypes.dlopen": self._note_library,
        }

    def watch(self) -> None:
        """Hear, from now on, of all that this process and its children read."""
        self._held = list_held_open()
        self._began = time.time_ns() - _CLOCK_STEP

        heard = frozenset((*self._handlers, *_UNNAMEABLE))

        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            if event in heard:
                self(event, arguments)

        for function in (hear, Reads.__call__):
            _hide_from_dynamo(function)
        sys.addaudithook(hear)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear of an event; whatever is wrong with it must not become the program's problem."""
        handler, words = self._handlers.get(event), _UNNAMEABLE.get(event)
        thread = threading.get_ident()
        if (handler is None and words is None) or thread in self._busy:
            return
        self._busy.add(thread)
        tracing = _FRAMES.set_eval_frame(None)
        try:
            if words is not None:
                self._note_unnameable(words)
            if handler is not None:
                handler(*arguments)
        except Exception as error:
            self.unnamed.add(f"it reads what cannot be named ({type(error).__name__})")
        finally:
            _FRAMES.set_eval_frame(tracing)
            self._busy.discard(thread)

    def declare(self, files: Iterable[str], module: str) -> None:
        """Note the files that a case of a module says compiled code opens, named from its pack's folder."""
        folder = Path(list_files({"": sys.modules[module]})[0][1]).parent
        for file in files:
            path = make_absolute(str(folder / file))
            self._declared[path] = mark_content(path)
            self._note(path)

    def take_listing(self) -> dict[str, Any]:
        """Return what was read before the cases are listed, and begin anew for the captures."""
        self._note_modules()
        self._note_held()
        taken = {
            "reads": dict(self.marks),
            "unnamed": sorted(self.unnamed),
            "modules": {name: file for name, file in list_files(sys.modules) if self._places.is_own(file)},
            "build_reads": {path: mark for path, mark in self._built.items() if path not in self.marks},
            "build_unnamed": sorted(self._built_unnamed - self.unnamed),
        }
        self.marks.clear()
        self.unnamed.clear()
        self._shared, self._shared_unnamed = 0, frozenset()
        return taken

    def catch_up(self) -> None:
        """Note what this process has imported, tried to import and holds open since it last looked.

        Its children begin with that, and look only at what is new: to look at a module is to write to it, its
        count of references, and so copies its page.
        """
        self._note_modules()
        self._note_held()
        self._note_absent()

    def share(self) -> dict[str, Any]:
        """Return what was read since the cases were listed, which all children forked from now on share.

        It is thousands of marks, which are sent once; what a child adds to them it returns by itself.
        """
        self.catch_up()
        self._shared, self._shared_unnamed = len(self.marks), frozenset(self.unnamed)
        return {"reads": dict(self.marks), "unnamed": sorted(self.unnamed)}

    def take_capture(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return what was read, and what else was asked, since that was last shared."""
        self.catch_up()
        for path, mark in self._declared.items():
            if mark_content(path) != mark:
                self.unnamed.add(f"{path} was saved while it was captured")
        own = dict(islice(self.marks.items(), self._shared, None))  # a mark that was made once stays
        return own, tuple(sorted(self.unnamed - self._shared_unnamed))

    def add_built(self, marks: Mapping[str, str], unnamed: Iterable[str]) -> None:
        """Add what a child has read that built cases to list them: only the list depends on it."""
        for path, mark in marks.items():
            self._built.setdefault(path, mark)
        self._built_unnamed.update(unnamed)

    def _note_modules(self) -> None:
        """Note the files of modules that were imported before anything was heard, or by compiled code."""
        new = {name: sys.modules[name] for name in self._list_new_names() if name in sys.modules}
        self._known.update(new)
        for _, file in list_files(new):
            self._note(file)
        for module in new.values():
            if self._places.is_own_module(module):
                for other in list_shadowing(module):
                    self._note(other)

    def _list_new_names(self) -> list[str]:
        """List the names of modules that are not known, oldest first."""
        last = self._list_last_names()
        names = list(sys.modules) if last is None else last
        self._newest, self._count = names[-1] if names else self._newest, len(sys.modules)
        return [name for name in names if name not in self._known]

    def _list_last_names(self) -> list[str] | None:
        """List the names after the newest that is known; None where those before have changed in number."""
        try:
            last = list(takewhile(lambda name: name != self._newest, reversed(sys.modules)))
        except (RuntimeError, TypeError):  # another thread imports; the program put something else there
            return None
        return last[::-1] if len(sys.modules) - len(last) == self._count else None

    def _note_absent(self) -> None:
        """Note where modules were looked for that are not there: they would be imported if they came."""
        tried, self._tried = self._tried, set()
        for name in tried:
            if name not in sys.modules:
                for candidate in self._places.list_candidates(name):
                    self._note(candidate)

    def _note_held(self) -> None:
        """Note files that are open or mapped and of which nothing was heard: compiled code opened them."""
        for path in list_held_open() - self._held:
            self._held.add(path)
            if path in self.marks or self._places.is_skipped(path):
                continue
            if _was_changed(path, self._began):
                self.unnamed.add(f"compiled code opened {path}, which was saved meanwhile")
            else:
                self._note(path)

    def _note_open(self, path: Any, _: Any, flags: Any) -> None:
        if isinstance(path, int):
            return
        writes_only = isinstance(flags, int) and flags & os.O_ACCMODE == os.O_WRONLY
        empties = isinstance(flags, int) and flags & os.O_TRUNC
        if not writes_only and not empties:
            self._note(os.fsdecode(path))

    def _note_file(self, path: Any, *_: Any) -> None:
        if not isinstance(path, int):
            self._note(os.fsdecode(path))

    def _note_library(self, name: Any, *_: Any) -> None:
        if isinstance(name, str | bytes) and os.sep in os.fsdecode(name):
            self._note(os.fsdecode(name))

    def _note_listing(self, path: Any, *_: Any) -> None:
        """Note a folder that is listed, unless import looks there for a module of a pack: that is noted."""
        if isinstance(path, int):  # so does the worker where it removes what a child left
            self._note_unnameable("it lists a folder by a descriptor")
            return
        folder = make_absolute(os.fsdecode(path or "."))
        imports = sys._getframe(3).f_code.co_filename == _FINDER
        if imports and self._places.is_pack(folder):
            return
        if self._places.is_own(folder) and not self._places.is_asked_by_tools():
            self.marks.setdefault(folder, mark_names(folder))

    def _note_import(self, name: Any, *_: Any) -> None:
        self._tried.add(str(name))

    def _note_unnameable(self, words: str) -> None:
        if not self._places.is_asked_by_tools():
            self.unnamed.add(words)

    def _note(self, path: str) -> None:
        path = self._places.find_source(make_absolute(path))
        if path in self.marks or self._places.is_skipped(path):
            return
        installed = self._places.is_installed(path)
        mark = mark_stat(path) if installed else mark_content(path)
        if mark == NOTHING:
            self.unnamed.add(f"it reads {path}")
        elif not (installed and mark == MISSING):  # the lists of installed files tell of new ones
            self.marks[path] = mark


def _was_changed(path: str, since: int) -> bool:
    """Whether a file was changed or removed since a time in nanoseconds."""
    try:
        return os.stat(path).st_ctime_ns >= since  # noqa: PTH116 (called for each capture)
    except OSError:
        return True


def _hide_from_dynamo(function: Callable[..., object]) -> None:
    """Keep Dynamo from a function: it sees frames of a hook as it sees those of the program that it traces.

    `skip_code` (torch/csrc/dynamo/eval_frame.c) became `set_code_exec_strategy` in PyTorch 2.7.
    """
    if hasattr(_FRAMES, "skip_code"):
        _FRAMES.skip_code(function.__code__)
        return
    skip, default = _FRAMES._FrameAction.SKIP, _FRAMES._FrameAction.DEFAULT
    _FRAMES.set_code_exec_strategy(function.__code__, _FRAMES._FrameExecStrategy(skip, default))
