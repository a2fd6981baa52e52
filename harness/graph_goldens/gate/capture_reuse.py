"""What the cache knows of an environment's captures: which are reused, and why the others must be made."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import graph_goldens
from graph_goldens.cases.case_folders import (
    CaseFolders,
    list_folders,
    locate_file,
    resolve_folders,
    show_file,
)
from graph_goldens.cases.packs import ALL_PACKS, PackChoice
from graph_goldens.environments.capture_variables import compose_capture_variables
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.installed_digests import digest_packages, digest_torch
from graph_goldens.environments.libraries import find_libraries, locate_libraries
from graph_goldens.environments.worker_messages import CaseListing, Hello, ListedPath
from graph_goldens.errors import ToolError
from graph_goldens.file_marks import Disk, digest_marks, is_stat
from graph_goldens.files import explain_os_error, list_visible_files
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.cache_folders import drop_unused, locate_cache
from graph_goldens.runs.capture_cache import (
    Dependencies,
    FileChanged,
    Kept,
    Lack,
    Reason,
    Unnameable,
    Written,
)
from graph_goldens.runs.module_dependencies import ModuleDependencies
from graph_goldens.runs.worker_survey import Survey, load_survey, save_survey
from graph_goldens.words import format_count

_DIGEST_LENGTH = 16
_MOST_NAMED = 3

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
class Plan:
    """What is to be captured, and what need not be.

    Attributes:
        survey: the cases, as a worker lists them.
        keys: what is wanted, in order.
        known: captures that are reused.
        reasons: why each other one must be made, in words.
    """

    survey: Survey
    keys: Sequence[Key]
    known: Mapping[Key, Capture] = field(default_factory=dict)
    reasons: Mapping[Key, str] = field(default_factory=dict)

    @property
    def missing(self) -> list[Key]:
        """What must be captured."""
        return [key for key in self.keys if key not in self.known]

    def explain(self) -> Iterator[str]:
        """Say what is reused and, for each reason, what is captured."""
        if self.known:
            known = format_count(len(self.known), "record")
            yield f"reused: {known}, as nothing that they depend on has changed"
        groups = Counter(self.reasons[key] for key in self.missing)
        for reason, count in groups.most_common():
            named = [" · ".join(key) for key in self.missing if self.reasons[key] == reason]
            shown = ", ".join(named[:_MOST_NAMED]) + (", …" if count > _MOST_NAMED else "")
            yield f"captured: {format_count(count, 'record')}: {reason} ({shown})"


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
            _try_or_warn(lambda: save_survey(survey, self._survey_file), warn)
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

    def make_keeper(self, survey: Survey, keys: Sequence[Key], warn: Callable[[str], None]) -> "Keeper":
        """Make what keeps captures as they come."""
        depends = {} if survey.edited else self._collect_dependencies(survey, keys)
        return Keeper(self._kept, depends, survey.listing, warn)

    def close(self, warn: Callable[[str], None]) -> None:
        """Note that the cache was used, and keep it in bounds."""
        with suppress(OSError):  # only the order in which caches are dropped suffers
            os.utime(self._folder)
        _try_or_warn(self._kept.tidy, warn)
        _try_or_warn(lambda: drop_unused(self.project.working), warn)

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
        return self._folder / (f"survey-{_digest([packs])}.json" if packs else "survey.json")

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
            settings = _digest([*map(str, own.folders), "", *(f"{n}={own.paths[n]}" for n in own.paths)])
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
        shared = {
            **{name: each for name, each in survey.depends.items() if name != OWN_CODE},
            "files": _digest(f"{name} {mark}" for name, mark in survey.files.items() if not _is_module(name)),
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
        return _digest([path.module, path.after, digest_marks(_select_marks(own, used, of=True))])

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
        return CHANGED[reason[0]] + (f": {', '.join(files[:_MOST_NAMED])}" if files else "")

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


class Keeper:
    """Keeps captures as they come; warns once where it cannot, which only costs time later."""

    def __init__(
        self,
        kept: Kept,
        depending: Mapping[Key, Dependencies],
        listing: CaseListing,
        warn: Callable[[str], None],
    ) -> None:
        self._kept = kept
        self._depending = depending
        self._installed = {path: mark for path, mark in listing.reads.items() if is_stat(mark)}
        self._unnamed = listing.unnamed
        self._warn = warn
        self._written: Written = {}
        self._works = True

    def __call__(self, capture: Capture) -> None:
        """Keep one more capture, with all that was read for it and for the list of cases."""
        depends = self._depending.get(capture.record.key)
        if self._works and depends is not None:
            reads = {**self._installed, **capture.reads}
            whole = replace(capture, reads=reads, unnamed=(*self._unnamed, *capture.unnamed))
            self._works = _try_or_warn(lambda: self._kept.add(whole, depends, self._written), self._warn)


def digest_environment(environment: Environment, working: Path) -> Dependencies:
    """Say what all captures of an environment depend on: a digest for each name."""
    build = (environment.torch, environment.git, str(environment.cuda), str(environment.debug))
    python = (str(environment.python), environment.python_version, environment.platform)
    variables = compose_capture_variables(working, working, hash_seed=0)
    variables |= dict(environment.needs.variables)
    return {
        "torch": _digest([*build, digest_torch(environment)]),
        "python": _digest([*python, *(f"{name}={value}" for name, value in variables.items())]),
        "packages": digest_packages(environment),
        "code": _digest(_digest_content(file) for file in list_capturing_sources()),
    }


def list_capturing_sources() -> list[Path]:
    """List the files of the harness that a record depends on."""
    folder = Path(graph_goldens.__file__).parent
    parts = ("cases", "graphs", "capture")
    ground = ("descendants", "errors", "file_marks", "keys", "names", "record_bounds", "records", "words")
    return [
        *(folder / f"{name}.py" for name in ground),
        folder / "environments" / "cxx_compiler.py",
        folder / "environments" / "libraries.py",
        *(file for part in parts for file in sorted((folder / part).rglob("*.py"))),
    ]


def digest_files(place: CaseFolders) -> dict[str, str]:
    """Digest each file of the folders of packs, also behind links, by its path there.

    Files beside packs may have one path in several folders: all of them count.
    """
    found: dict[str, str] = {}
    for folder in list_folders(place):
        for file in list_visible_files(folder):
            name = file.relative_to(folder).as_posix()
            found[name] = " ".join(filter(None, (found.get(name), _digest_content(file))))
    return found


def _is_module(name: str) -> bool:
    """Whether a worker tells of a file's use, since Python alone reads it."""
    return name.endswith(".py")


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


def _digest_content(file: Path) -> str:
    return f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGEST_LENGTH]}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:_DIGEST_LENGTH]


def _try_or_warn(action: Callable[[], None], warn: Callable[[str], None]) -> bool:
    """Do what only saves time later; where it fails, warn in one sentence and go on."""
    try:
        action()
    except ToolError as error:
        warn(f"{error}; going on without")
        return False
    return True
