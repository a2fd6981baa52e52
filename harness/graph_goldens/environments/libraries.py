"""Compile the C++ sources of packs for an environment, once, and find the libraries again later.

A library is found again only while each file that the compiler said it read is as it was.
"""

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.cases.case_folders import CaseFolders, list_folders
from graph_goldens.cases.packs import ALL_PACKS, PackChoice
from graph_goldens.environments.compiler_reads import mark_reads, read_rule, was_edited
from graph_goldens.environments.cxx_compiler import (
    compose_compiling,
    compose_variables,
    describe_build,
    find_compiler,
    list_include_folders,
    locate_compiler,
    name_read_file,
)
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.kept_libraries import KeptLibraries
from graph_goldens.environments.logs import make_log
from graph_goldens.environments.processes import Guarded, TookTooLongError, describe_ending, start
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error, name_draft

_SOURCES = "*.cpp"
_FOLDER = "libraries"
_COMPILE_SECONDS = 1800.0
# GNU ld writes no such word: `/usr/bin/ld: cannot find -lnone: No such file or directory`.
_ERROR = re.compile(r"(?:^|\s)(?:fatal )?error:|^\S*\bld: (?!warning:)")


class Library:
    """A pack's shared library, which exists or is being compiled.

    Attributes:
        pack: the pack's name.
    """

    def __init__(self, pack: str, made: "Path | _Compiling") -> None:
        self.pack = pack
        self._made: Path | _Compiling = made

    def await_path(self) -> Path:
        """Wait until the file exists and return its path.

        Raises:
            ToolError: the sources do not compile.
        """
        if isinstance(self._made, _Compiling):
            compiling = self._made
            with explain_os_error(f"store the C++ library of the pack {self.pack}"):
                self._made = compiling.finish()
        return self._made

    def cancel(self) -> None:
        """Stop compiling."""
        if isinstance(self._made, _Compiling):
            self._made.cancel()


@dataclass(frozen=True)
class _Compiling:
    """A library that is being compiled.

    Attributes:
        job: what is compiled.
        running: the compiler.
        draft: the folder that it writes to.
        log: what it says.
        started: the file system's time before it started, in nanoseconds.
        what: what fails when it does, in words.
    """

    job: "_Job"
    running: Guarded
    draft: Path
    log: Path
    started: int
    what: str

    def finish(self) -> Path:
        """Wait for the compiler, and keep the library with the list of what the compiler read."""
        try:
            with self.running as running:
                status = running.wait(_COMPILE_SECONDS)
            if status:
                said = _find_first_error(self.log, status)
                raise ToolError(f"{self.what}: {said}; see {self.log}")
            read = self.job.list_reads(self.draft)
            reads = self.job.mark(read)
            library = self.draft / "library.so"
            if was_edited(read, self.job.kept.pack, self.started):
                return self.job.kept.place(library)
            return self.job.kept.keep(library, reads)
        except TookTooLongError:
            raise ToolError(f"{self.what} within {_COMPILE_SECONDS / 60:.0f} minutes") from None
        finally:
            shutil.rmtree(self.draft, ignore_errors=True)

    def cancel(self) -> None:
        self.running.kill()
        shutil.rmtree(self.draft, ignore_errors=True)


@dataclass(frozen=True)
class _Job:
    """What it takes to make a pack's library.

    Attributes:
        environment: what to compile for.
        command: the compiler and the arguments that it always takes.
        sources: names of the files to compile.
        kept: the libraries that were made before.
    """

    environment: Environment
    command: tuple[str, ...]
    sources: tuple[str, ...]
    kept: KeptLibraries

    def start(self, working: Path) -> Library:
        pack = self.kept.pack
        log = make_log(working, f"library-{pack.name}-{self.environment.name}")
        draft = name_draft(self.kept.folder / pack.name)
        draft.mkdir(parents=True)
        script = compose_compiling(self.command, self.environment, self.sources, draft)
        started = log.stat().st_ctime_ns
        running = start(["/bin/sh", "-c", script], compose_variables(), pack, log=log)
        what = f"the C++ library of the pack {pack.name} does not compile for {self.environment.name}"
        return Library(pack.name, _Compiling(self, running, draft, log, started, what))

    def list_reads(self, draft: Path) -> list[str]:
        """List what the compiler says it read, for all sources."""
        rules = (name_read_file(draft, number) for number in range(len(self.sources)))
        return [file for rule in rules for file in read_rule(os.fsdecode(rule.read_bytes()))]

    def mark(self, read: Iterable[str]) -> dict[str, str]:
        programs = [part for part in self.command if os.sep in part and Path(part).is_file()]
        torch = self.environment.torch_root
        needs = self.environment.needs
        searched = [*needs.include, *list_include_folders()]
        linked = [each for each in needs.libraries if os.sep in each]
        return mark_reads(read, self.kept.pack, torch, searched, [*programs, *linked])


def start_libraries(
    cases: CaseFolders, environment: Environment, folder: Path, choice: PackChoice = ALL_PACKS
) -> dict[str, Library]:
    """Start to compile every pack's library that does not exist yet; return all of them by pack.

    Args:
        cases: the folder of packs, or several; each pack's `*.cpp` files become one library.
        environment: what to compile for.
        folder: the working folder; it keeps libraries in `libraries`.
        choice: the packs that are meant.

    Raises:
        ToolError: there is no compiler, or the working folder cannot be written.
    """
    started: dict[str, Library] = {}
    try:
        for job in _list_jobs(cases, environment, folder, choice):
            pack = job.kept.pack.name
            with explain_os_error(f"compile the C++ library of the pack {pack}"):
                started[pack] = _find_or_start(job, folder)
    except BaseException:
        cancel(started.values())
        raise
    return started


def find_libraries(
    cases: CaseFolders, environment: Environment, folder: Path, choice: PackChoice = ALL_PACKS
) -> frozenset[Path] | None:
    """Find every pack's library, for which the compiler would read what it read; None where one is missing.

    Nothing is started for that, the compiler neither.
    """
    with suppress(ToolError, OSError):
        found = [job.kept.find() for job in _list_jobs(cases, environment, folder, choice)]
        return None if None in found else frozenset(filter(None, found))
    return None


def locate_libraries(folder: Path) -> Path:
    """Locate the libraries of a working folder."""
    return folder.resolve() / _FOLDER


def cancel(libraries: Iterable[Library]) -> None:
    """Stop compiling libraries."""
    for library in libraries:
        library.cancel()


def _find_or_start(job: _Job, folder: Path) -> Library:
    found = job.kept.find()
    if found is not None:
        return Library(job.kept.pack.name, found)
    find_compiler()  # what is wrong with it is said before it is used
    return job.start(folder.resolve())


def _list_jobs(cases: CaseFolders, environment: Environment, folder: Path, choice: PackChoice) -> list[_Job]:
    found = {source.parent for each in list_folders(cases) for source in each.glob(f"*/{_SOURCES}")}
    packs = sorted(pack for pack in found if choice.holds(pack.name))
    if not packs:
        return []
    command = locate_compiler()
    build = describe_build(environment, command)
    return [_make_job(pack.resolve(), environment, command, build, folder) for pack in packs]


def _make_job(
    pack: Path, environment: Environment, command: tuple[str, ...], build: list[str], folder: Path
) -> _Job:
    sources = tuple(sorted(source.name for source in pack.glob(_SOURCES)))
    kept = KeptLibraries(locate_libraries(folder), pack, (*build, *sources))
    return _Job(environment, command, sources, kept)


def _find_first_error(log: Path, status: int) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    said = (line for line in lines if _ERROR.search(line))
    return next(said, next(filter(None, reversed(lines)), describe_ending(status)))
