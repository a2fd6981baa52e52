"""What the cache knows of an environment's captures: which are reused, and why the others must be made."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import graph_goldens
from graph_goldens.cases.packs import find_modules, name_module
from graph_goldens.cases.source_digests import digest_imports
from graph_goldens.environments.capture_variables import compose_capture_variables
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.installed_digests import digest_packages, digest_torch
from graph_goldens.environments.worker_messages import CaseListing, Hello
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.cache_folders import drop_unused, locate_cache
from graph_goldens.runs.capture_cache import Dependencies, Kept, Lack
from graph_goldens.runs.worker_survey import Survey, load_survey, save_survey
from graph_goldens.words import format_count

_DIGEST_LENGTH = 16
_MOST_NAMED = 3

CHANGED = {
    "torch": "the PyTorch build changed",
    "python": "the Python, its platform or its variables changed",
    "packages": "a package beside PyTorch changed",
    "code": "the code that captures changed",
    "files": "a file beside the case modules changed",
    "imports": "what case modules do when they are imported changed",
    "source": "the case's source, or what it imports, changed",
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
    """

    project: Project
    environment: Environment

    def recall_survey(self) -> Survey | None:
        """Read what a worker would say of its cases, without starting one; None where that is not known."""
        last = self._last
        return last if last and last.holds(self._depends, self._files) else None

    def keep_survey(self, hello: Hello, listing: CaseListing, warn: Callable[[str], None]) -> Survey:
        """Keep what a worker has just said; what was read before stays as it is in this cache."""
        _ = self._last
        folder = self.project.cases
        modules = [name_module(folder, file) for _, file in find_modules(folder)]
        imports = digest_imports(folder, modules)
        survey = Survey(hello, listing, self._depends, self._files, imports)
        _try_or_warn(lambda: save_survey(survey, self._survey_file), warn)
        return survey

    def plan(self, survey: Survey, keys: Sequence[Key], *, reuse: bool) -> Plan:
        """Say which captures are reused, and why the others must be made."""
        if not reuse:
            return Plan(survey, keys, {}, dict.fromkeys(keys, "all is captured, as --no-cache asks"))
        looked = self._kept.look(self._collect_dependencies(survey, keys))
        reasons = {key: self._find_reason(survey, key, lack) for key, lack in looked.lacking.items()}
        return Plan(survey, keys, looked.captures, reasons)

    def make_keeper(self, survey: Survey, keys: Sequence[Key], warn: Callable[[str], None]) -> "Keeper":
        """Make what keeps captures as they come."""
        return Keeper(self._kept, self._collect_dependencies(survey, keys), warn)

    def close(self, warn: Callable[[str], None]) -> None:
        """Note that the cache was used, and keep it in bounds."""
        with suppress(OSError):  # only the order in which caches are dropped suffers
            os.utime(self._folder)
        _try_or_warn(self._kept.tidy, warn)
        _try_or_warn(lambda: drop_unused(self.project.working), warn)

    @cached_property
    def _folder(self) -> Path:
        return locate_cache(
            self.project.working, self.environment.name, self.environment.python, self.project.cases
        )

    @property
    def _kept(self) -> Kept:
        return Kept(self._folder / "captures.tsv")

    @property
    def _survey_file(self) -> Path:
        return self._folder / "survey.json"

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
            return digest_environment(self.environment, self.project.working)

    def _collect_dependencies(self, survey: Survey, keys: Iterable[Key]) -> Mapping[Key, Dependencies]:
        """Say what captures depend on; what belongs to no module may be read by any case."""
        shared = {
            **survey.depends,
            "files": _digest(f"{name} {mark}" for name, mark in survey.files.items() if not _is_module(name)),
            "imports": survey.imports,
        }
        sources = {case.case: case.source for case in survey.listing.cases}
        return {key: {**shared, "source": sources[key[0]]} for key in keys}

    def _find_reason(self, survey: Survey, key: Key, lack: Lack | tuple[str, ...]) -> str:
        if isinstance(lack, Lack):
            return lack.value
        first = lack[0]
        files = self._changed_files(survey, key) if first in ("files", "source") else []
        return CHANGED[first] + (f": {', '.join(files[:_MOST_NAMED])}" if files else "")

    def _changed_files(self, survey: Survey, key: Key) -> list[str]:
        """Name the files that changed since the last survey; the case's own where it is one of them."""
        before = self._last.files if self._last else {}
        names = before.keys() | survey.files.keys()
        changed = sorted(name for name in names if before.get(name) != survey.files.get(name))
        own = next((case.file for case in survey.listing.cases if case.case == key[0]), "")
        shown = [own] if own in changed else changed
        return [f"{self.project.cases.name}/{name}" for name in shown]


class Keeper:
    """Keeps captures as they come; warns once where it cannot, which only costs time later."""

    def __init__(
        self, kept: Kept, depending: Mapping[Key, Dependencies], warn: Callable[[str], None]
    ) -> None:
        self._kept = kept
        self._collect_dependencies = depending
        self._warn = warn
        self._works = True

    def __call__(self, capture: Capture) -> None:
        """Keep one more capture."""
        depends = self._collect_dependencies[capture.record.key]
        if self._works:
            self._works = _try_or_warn(lambda: self._kept.add(capture, depends), self._warn)


def digest_environment(environment: Environment, working: Path) -> Dependencies:
    """Say what all captures of an environment depend on: a digest for each name."""
    build = (environment.torch, environment.git, str(environment.cuda), str(environment.debug))
    python = (str(environment.python), environment.python_version, environment.platform)
    variables = compose_capture_variables(working, working, hash_seed=0)
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
    return [
        folder / "keys.py",
        folder / "records.py",
        folder / "environments" / "libraries.py",
        *(file for part in parts for file in sorted((folder / part).rglob("*.py"))),
    ]


def digest_files(folder: Path) -> dict[str, str]:
    """Digest each file of a folder of packs, by its path there."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    names = {file.relative_to(folder): file for file in files}
    return {name.as_posix(): _digest_content(file) for name, file in names.items() if not _is_hidden(name)}


def _is_hidden(name: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in name.parts)


def _is_module(name: str) -> bool:
    """Whether a file's use is followed from the cases: it is a module of a pack, or of the folder itself."""
    return name.endswith(".py") and not name.endswith("__init__.py") and name.count("/") <= 1


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
