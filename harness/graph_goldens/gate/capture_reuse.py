"""What the cache knows of an environment's captures: which are reused, and why the others must be made."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from graph_goldens.cases.case_folders import locate_file, resolve_folders, show_file
from graph_goldens.cases.packs import ALL_PACKS, PackChoice
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import find_libraries, locate_libraries
from graph_goldens.environments.worker_messages import CaseListing, Hello, ListedPath
from graph_goldens.file_marks import Disk, digest_marks, is_stat
from graph_goldens.files import explain_os_error
from graph_goldens.gate.capture_dependencies import digest_environment, digest_files, digest_texts
from graph_goldens.gate.capture_keeper import Keeper, try_or_warn
from graph_goldens.gate.capture_plan import MOST_NAMED, Plan
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.runs.cache_folders import drop_unused, locate_cache
from graph_goldens.runs.capture_cache import (
    Dependencies,
    FileChanged,
    Kept,
    Lack,
    Reason,
    Unnameable,
)
from graph_goldens.runs.module_dependencies import ModuleDependencies
from graph_goldens.runs.worker_survey import Survey, load_survey, save_survey

OWN_CODE = "own"
"""What lists of cases depend on and captures do not: those depend on what was imported."""

CHANGED = {
    "torch": "the PyTorch build changed",
    "python": "the Python, its platform or its variables changed",
    "packages": "a package beside PyTorch changed",
    "code": "the code that captures changed",
    "files": "a file beside the case modules changed",
    "libraries": "the C++ library of a pack changed",
    "imports": "what case modules do when they are imported changed",
    "source": "the case's source, or what it imports, changed",
    "case": "the case's source, or what it imports, changed",
    "path": "the tracing path, or what it imports, changed",
    OWN_CODE: "the own code that the settings name changed",
}


@dataclass(frozen=True)
class Cache:
    """The cache of one environment and one folder of packs.

    Attributes:
        project: the project.
        environment: the environment.
        choice: the packs that are captured in it.
    """

    project: Project
    environment: Environment
    choice: PackChoice = ALL_PACKS

    def __post_init__(self) -> None:
        """Look at the files before any worker does, so that one that is saved meanwhile is found out."""
        _ = self._depends, self._files, self._last

    def recall_survey(self) -> Survey | None:
        """Read what a worker would say of its cases, without starting one; None where that is not known.

        Where that worker loaded other libraries than those of now, another one must say what it loads.
        """
        last = self._last
        if last is None or not last.holds(self._depends, self._files, self._disk):
            return None
        project = self.project
        found = find_libraries(project.cases, self.environment, project.working, self.choice)
        return (
            last if found is not None and self._select_loaded(last.listing) == set(map(str, found)) else None
        )

    def keep_survey(self, hello: Hello, listing: CaseListing, warn: Callable[[str], None]) -> Survey:
        """Keep what a worker has just said; what was read before stays as it is in this cache."""
        edited = self._find_edited(listing)
        survey = Survey(hello, listing, self._depends, self._files, edited)
        if edited:
            warn(f"{edited} was saved while the worker read it: nothing of this run is kept for later ones")
        else:
            try_or_warn(lambda: save_survey(survey, self._survey_file), warn)
        return survey

    def plan(
        self, survey: Survey, keys: Sequence[Key], *, reuse: bool, warn: Callable[[str], None] = print
    ) -> Plan:
        """Say which captures are reused, and why the others must be made."""
        if not reuse:
            return Plan(survey, keys, {}, dict.fromkeys(keys, "all is captured, as --no-cache asks"))
        if survey.edited:
            reason = f"{survey.edited} was saved while the worker read it"
            return Plan(survey, keys, {}, dict.fromkeys(keys, reason))
        looked = self._kept.look(self._collect_dependencies(survey, keys), self._disk)
        if looked.remark:
            warn(looked.remark)
        reasons = {key: self._find_reason(survey, key, reason) for key, reason in looked.lacking.items()}
        return Plan(survey, keys, looked.captures, reasons)

    def make_keeper(self, survey: Survey, keys: Sequence[Key], warn: Callable[[str], None]) -> Keeper:
        """Make what keeps captures as they come."""
        depends = {} if survey.edited else self._collect_dependencies(survey, keys)
        return Keeper(self._kept, depends, survey.listing, warn)

    def close(self, warn: Callable[[str], None]) -> None:
        """Note that the cache was used, and keep it in bounds."""
        with suppress(OSError):  # only the order in which caches are dropped suffers
            os.utime(self._folder)
        try_or_warn(self._kept.tidy, warn)
        try_or_warn(lambda: drop_unused(self.project.working), warn)

    def list_read_files(self) -> frozenset[str]:
        """List what the cases and the captures that are kept have read, but for what an installer writes."""
        listed = self._last.listing.all_reads if self._last else {}
        return (
            frozenset(path for path, mark in listed.items() if not is_stat(mark))
            | self._kept.list_read_files()
        )

    @cached_property
    def _folder(self) -> Path:
        return locate_cache(
            self.project.working,
            self.environment.name,
            self.environment.python,
            self.project.cases,
            "" if self.choice.names is None else f"{self.environment.needs} {self.project.package}",
        )

    @property
    def _kept(self) -> Kept:
        return Kept(self._folder / "captures.sqlite")

    @property
    def _survey_file(self) -> Path:
        packs = " ".join(sorted(self.choice.names or ()))
        return self._folder / (f"survey-{digest_texts([packs])}.json" if packs else "survey.json")

    @cached_property
    def _last(self) -> Survey | None:
        return load_survey(self._survey_file)

    @cached_property
    def _files(self) -> Mapping[str, str]:
        with explain_os_error("read the folder of cases"):
            return digest_files(self.project.cases)

    @cached_property
    def _depends(self) -> Dependencies:
        with explain_os_error("read the code that captures"):
            own = self.project.own
            settings = digest_texts([*map(str, own.folders), "", *(f"{n}={own.paths[n]}" for n in own.paths)])
            return {**digest_environment(self.environment, self.project.working), OWN_CODE: settings}

    @cached_property
    def _disk(self) -> Disk:
        return Disk()

    def _find_edited(self, listing: CaseListing) -> str:
        """Find a file that is no longer as it was before the worker read it."""
        again = replace(self)
        changed = again._disk.find_changed(listing.all_reads)
        if changed is None and again._files != self._files:
            changed = str(locate_file(self.project.cases, _name_changed(self._files, again._files)[0]))
        if changed is None and again._depends != self._depends:
            changed = CHANGED[_name_changed(self._depends, again._depends)[0]].removesuffix(" changed")
        return "" if changed is None else self._show(changed)

    def _select_loaded(self, listing: CaseListing) -> set[str]:
        """Select the packs' libraries from what a worker has read."""
        folder = f"{locate_libraries(self.project.working)}{os.sep}"
        return {path for path in listing.reads if path.startswith(folder)}

    def _collect_dependencies(self, survey: Survey, keys: Iterable[Key]) -> Mapping[Key, Dependencies]:
        """Say what captures depend on; what belongs to no module may be read by any case."""
        listing, place = survey.listing, resolve_folders(self.project.cases)
        modules = self._find_modules(listing)
        silent = modules.silent
        own = {path: mark for path, mark in listing.reads.items() if not is_stat(mark)}
        libraries = {path: own.pop(path) for path in self._select_loaded(listing) & own.keys()}
        beside = [(name, mark) for name, mark in survey.files.items() if not _is_module(name)]
        shared = {
            **{name: each for name, each in survey.depends.items() if name != OWN_CODE},
            "files": digest_texts(f"{name} {mark}" for name, mark in beside),
            "libraries": digest_marks(libraries),
            "imports": digest_marks(_select_marks(own, silent, of=False)),
        }
        sources: dict[str, str] = {}
        for case in listing.cases:
            if case.file not in sources:
                used = modules.find(str(locate_file(place, case.file))) & silent
                sources[case.file] = digest_marks(_select_marks(own, used, of=True))
        cases = {case.case: {"source": sources[case.file], "case": case.source} for case in listing.cases}
        paths = {
            path.name: {"path": self._digest_path(path, modules, own, listing.modules)}
            for path in listing.own_paths
        }
        return {key: {**shared, **cases[key.case], **paths.get(key.path, {})} for key in keys}

    def _find_modules(self, listing: CaseListing) -> ModuleDependencies:
        """Find what modules depend on, those of the packs and those of the project's other folders."""
        folders = [f"{folder}{os.sep}" for folder in self.project.own.folders]
        beside = {
            name.partition(".")[0]
            for name, file in listing.modules.items()
            if file.startswith(tuple(folders))
        }
        return ModuleDependencies(listing.modules, frozenset({self.project.package, *beside}))

    def _digest_path(
        self, path: ListedPath, modules: ModuleDependencies, own: Mapping[str, str], files: Mapping[str, str]
    ) -> str:
        """Digest where an own tracing path is, when it is warmed up, and the modules that it is made of."""
        used = modules.find(files.get(path.module, "")) & modules.silent
        return digest_texts([path.module, path.after, digest_marks(_select_marks(own, used, of=True))])

    def _find_reason(self, survey: Survey, key: Key, reason: Reason) -> str:
        match reason:
            case Lack():
                return reason.value
            case FileChanged(file=file):
                return f"a file that it read changed: {self._show(file)}"
            case Unnameable(what=what):
                return f"it is never reused, as {what}"
        files = (
            self._list_changed(survey, key)
            if reason[0] in ("files", "imports", "source", "case", "path")
            else []
        )
        return CHANGED[reason[0]] + (f": {', '.join(files[:MOST_NAMED])}" if files else "")

    def _list_changed(self, survey: Survey, key: Key) -> list[str]:
        """Name the files that changed since the last survey; the case's own where it is one of them."""
        place, last = resolve_folders(self.project.cases), self._last
        before = {str(locate_file(place, name)): mark for name, mark in last.files.items()} if last else {}
        after = {str(locate_file(place, name)): mark for name, mark in survey.files.items()}
        reads = survey.listing.all_reads
        read = _name_changed(last.listing.all_reads, reads) if last else []
        changed = _name_changed(before, after) or [path for path in read if reads.get(path)]
        own = next(
            (str(locate_file(place, case.file)) for case in survey.listing.cases if case.case == key[0]), ""
        )
        return [self._show(path) for path in ([own] if own in changed else changed)]

    def _show(self, path: str) -> str:
        """Name a file as a person in the project does."""
        return show_file(resolve_folders(self.project.cases), Path(path), self.project.root.resolve())


def _select_marks(reads: Mapping[str, str], files: Collection[str], *, of: bool) -> dict[str, str]:
    """Select the marks of some modules and of what could be imported in their stead, or all the others."""
    stems = set(map(_find_stem, files))
    return {path: mark for path, mark in reads.items() if (_find_stem(path) in stems) is of}


def _find_stem(path: str) -> str:
    """Find the place of a module: `p/x` for `p/x.py`, `p/x.so` and `p/x/__init__.py`."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    return folder if stem == "__init__" else f"{folder}/{stem}"


def _name_changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _is_module(name: str) -> bool:
    """Whether a worker tells of a file's use, since Python alone reads it."""
    return name.endswith(".py")
