"""Find the first version that changed a record: which versions there are, and a search among them.

The versions are PyTorch's, or those of another package, each captured beside the project's PyTorch.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from graph_goldens.bisect.bisection import Bisection, Probed, RecordChange, Untestable
from graph_goldens.drift.compare import compare
from graph_goldens.environments.builds import CONFIGURED, PACKAGE, Build, Indexes, read_wheel_version
from graph_goldens.environments.environment_places import find_place
from graph_goldens.environments.environment_removal import remove_environment
from graph_goldens.environments.version_resolution import list_offered_versions, resolve
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.capture import Watcher
from graph_goldens.gate.pinned_package import pin_package
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request, choose_build, hold_environment
from graph_goldens.gate.unmet_packs import UNMET
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import REASONLESS, Record
from graph_goldens.runs.selection import Selection
from graph_goldens.versions import make_public

LEAST_ROOM = 10 << 30


@dataclass(frozen=True)
class Range:
    """The versions in question.

    Attributes:
        good: the version that is as it should be; the oldest in question if None.
        bad: the version that is not; the newest in question if None.
        prereleases: whether pre-releases are in question too; they are where an end is one, and in folders.
        indexes: where versions are looked for; if it names folders or pages of wheels, only there.
        interpreters: interpreters that have a version, for which no environment is made.
        package: the package whose versions these are; PyTorch where empty.
    """

    good: Version | None = None
    bad: Version | None = None
    prereleases: bool = False
    indexes: Indexes = CONFIGURED
    interpreters: Mapping[Version, str] = field(default_factory=dict)
    package: str = ""

    @property
    def ends(self) -> list[Version]:
        """The ends that are given."""
        return [end for end in (self.good, self.bad) if end]

    @property
    def links_only(self) -> bool:
        """Whether versions are looked for in folders and pages of wheels alone."""
        return bool(self.indexes.find_links)

    @property
    def all_kinds(self) -> bool:
        """Whether pre-releases are looked for."""
        return self.prereleases or self.links_only or any(end.is_prerelease for end in self.ends)


def search(
    candidates: Sequence[Version], probe: Callable[[Version], Probed], preferred: Iterable[Version] = ()
) -> Iterator[Bisection]:
    """Search for the first version that changed, and yield what is known after each that was tried.

    Both ends are tried first, then always the middle of what is in question. What cannot be tested is left
    out, and what is then the middle is tried. So of `n` versions between the ends at most `n.bit_length()`
    are tried besides those that cannot be tested.

    Args:
        candidates: the versions, oldest first.
        probe: gives a version's record, or says why there is none.
        preferred: versions that are tried before the others between the ends, which may take a step more.
    """
    found = Bisection(tuple(candidates), frozenset(preferred))
    while (version := found.next) is not None:
        found = found.add_step(version, probe(version))
        yield found


def find_candidates(project: Project, wanted: Range) -> list[Version]:
    """List the versions in question, oldest first, both ends among them: one build of each public version.

    Without ends these are the oldest and the newest version that the project supports, or that the folders
    of wheels hold; the newest that is offered where pre-releases are in question.

    Raises:
        UserError: the ends are in the wrong order, or fewer than two versions are in question.
        ToolError: the index cannot be asked.
    """
    if wanted.package:
        return _find_package_versions(project, wanted)
    good, bad = _read_ends(project, wanted)
    offered = list_offered_versions(
        wanted.indexes, prereleases=wanted.all_kinds, oldest=good, newest=bad, links_only=wanted.links_only
    )
    held = list_held_versions(wanted.indexes.find_links)
    kept = [version for version in offered if held is None or version in held]
    local = next((end.local for end in wanted.ends), None)
    found = keep_one_build_each(kept, [end for end in (good, bad) if end], local, exact=wanted.links_only)
    if len(found) < 2:
        only = f"only PyTorch {found[0]}" if found else "no version of PyTorch"
        raise UserError(f"there is nothing to search: {only} is in question; {_SAY_ENDS}")
    return found


def _find_package_versions(project: Project, wanted: Range) -> list[Version]:
    """List the versions of a package between the ends, or all that are offered."""
    _demand_order(wanted.good, wanted.bad)
    # What cannot be installed is refused before it is looked for.
    pin_package(project, f"{wanted.package}==0")
    found = list_offered_versions(
        wanted.indexes,
        project.needs.own.python,
        package=wanted.package,
        prereleases=wanted.all_kinds,
        oldest=wanted.good,
        newest=wanted.bad,
        links_only=wanted.links_only,
    )
    if len(found) < 2:
        only = f"only {wanted.package} {found[0]}" if found else f"no version of {wanted.package}"
        raise UserError(
            f"there is nothing to search: {only} is offered; versions are wheels, on the index or in a "
            "folder that --find-links names, and a package of a folder or a repository has none"
        )
    return found


def keep_one_build_each(
    offered: Iterable[Version], ends: Iterable[Version], local: str | None = None, *, exact: bool = False
) -> list[Version]:
    """Leave one build of each public version, and add the ends where they are not among them.

    Args:
        offered: the builds.
        ends: the ends; one with a local part is taken as it is.
        local: the local part that is preferred.
        exact: whether a build is asked for by its local part also where that is not the preferred one. It is
            else asked for by its public version, which means what every command installs for that.
    """
    chosen: dict[Version, Version] = {}
    for version in sorted(offered, key=lambda version: (version.local == local, version)):
        public = make_public(version)
        chosen[public] = version if exact or version.local == local else public
    for end in ends:
        if end.local or make_public(end) not in chosen:
            chosen[make_public(end)] = end
    return sorted(chosen.values())


def list_held_versions(places: Iterable[str]) -> set[Version] | None:
    """List the versions of which folders hold a wheel; None where there are none, or not only folders."""
    folders = [Path(place) for place in places]
    if not folders or not all(folder.is_dir() for folder in folders):
        return None
    return {read_wheel_version(file) for folder in folders for file in folder.glob(f"{PACKAGE}-*.whl")}


def select_supported(project: Project, candidates: Iterable[Version]) -> list[Version]:
    """List the versions that the project supports: their environments are those of every other command."""
    supported = {make_public(version) for version in project.supported}
    return [version for version in candidates if make_public(version) in supported]


_SAY_ENDS = "say with --good and --bad between which versions to search"


def _read_ends(project: Project, wanted: Range) -> tuple[Version | None, Version | None]:
    good, bad = wanted.good, wanted.bad
    if not wanted.links_only:
        if not project.supported and not (good and (bad or wanted.prereleases)):
            raise UserError(f"[tool.goldens] in pyproject.toml lists no `supported` versions; {_SAY_ENDS}")
        good = good or project.supported[0]
        bad = bad or (None if wanted.prereleases else project.supported[-1])
    _demand_order(good, bad)
    return good, bad


def _demand_order(good: Version | None, bad: Version | None) -> None:
    if good and bad and make_public(good) >= make_public(bad):
        raise UserError(f"there is nothing to search: {good} is not older than {bad}; {_SAY_ENDS}")


class Prober:
    """Captures one case by one tracing path in one version after the other, and reuses earlier captures.

    Args:
        project: the project.
        selection: the case and the tracing path.
        wanted: where versions are looked for, and the interpreters that have some.
        watcher: what hears of the progress.
        keep: whether environments that are made here stay.
    """

    def __init__(
        self, project: Project, selection: Selection, wanted: Range, watcher: Watcher, *, keep: bool = True
    ) -> None:
        self._project = project
        self._selection = selection
        self._indexes = wanted.indexes
        self._watcher = watcher
        self._keep = keep
        self._interpreters = wanted.interpreters
        self._package = wanted.package
        self._worked = False
        self._commits: dict[Version, str] = {}

    def find_commit(self, version: Version) -> str:
        """Find the commit that a build says it was built from; empty where it was not captured."""
        return self._commits.get(version, "")

    def __call__(self, version: Version) -> Probed:
        """Capture the record of a version, or say why it captures nothing.

        Raises:
            UserError: no version has worked yet, and the selection means nothing or several records there.
            ToolError: there is no room on the disk for another environment.
        """
        build = self._choose_build(version)
        there = isinstance(build, str) or find_place(build.name, self._project.working).python.exists()
        if not there:
            _demand_room(self._project)
        try:
            record = self._capture(version, build)
        except ToolError as error:
            return Untestable(str(error))
        except UserError as error:  # such as a case module that cannot be imported there
            if not self._worked:
                raise UserError(f"with {self._package or 'PyTorch'} {version}: {error}") from None
            return Untestable(str(error))
        finally:
            if not (isinstance(build, str) or there or self._keep):
                self._remove(build)
        self._worked = True
        return record

    def _make_request(self, version: Version, build: Build | str) -> Request:
        asked = Request(self._project, build, self._selection, reuse=True)
        if not self._package:
            return asked
        project = pin_package(self._project, f"{self._package}=={version}")
        return replace(asked, project=project, indexes=self._indexes)

    def _choose_build(self, version: Version) -> Build | str:
        if self._package:
            return choose_build(self._project)
        if version in self._interpreters:
            return self._interpreters[version]
        return resolve(str(version), self._indexes, self._project.needs.own.python).build

    def _capture(self, version: Version, build: Build | str) -> Record:
        with hold_environment(self._make_request(version, build), self._watcher) as capturing:
            run = capturing.run(self._selection)
        self._commits[version] = str(run.environment.get("git") or "")
        if len(run.captures) > 1:
            first, second, *_ = (" · ".join(key) for key in run.captures)
            raise UserError(f"only one record can be bisected, and this means {first}, {second}, …")
        (capture,) = run.captures.values()
        if capture.fault:
            raise ToolError(capture.fault.sentence)
        if capture.record.reason == UNMET:
            raise ToolError("; ".join(pack.sentence for pack in run.packs if pack.unmet))
        return capture.record

    def _remove(self, build: Build) -> None:
        with suppress(UserError):  # it was never made, or another command uses it
            remove_environment(build.name, self._project.working, self._watcher.note)


def _demand_room(project: Project) -> None:
    folder = next(each for each in (project.working, *project.working.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        raise ToolError(
            f"only {free / 2**30:.1f} GiB are free, too little to make another environment: remove some from "
            f"{project.working / 'envs'} and run the command again; what was captured is remembered"
        )


def demand_change(found: Bisection) -> RecordChange:
    """Return the change that was found.

    Raises:
        UserError: both ends are the same.
        ToolError: fewer than two versions could be tested.
    """
    if found.good is None or found.good.record is None or found.bad is None:
        raise ToolError(_explain_nothing(found))
    if found.change is None:
        record, between = found.good.record, f"{found.good.version} and {found.bad.version}"
        case, path = record.key
        raise UserError(
            f"{case} by {path} gives the same for {between}: {_say_outcome(record)}; choose ends that differ "
            f"with --good and --bad, see `goldens history {case} --path {path}`"
        )
    return found.change


def _say_outcome(record: Record) -> str:
    outcome = record.outcome
    return f"the same {outcome.value}" if outcome in REASONLESS else f"{outcome.value} {record.reason}"


def _explain_nothing(found: Bisection) -> str:
    tested = f"only {found.good.version}" if found.good else "none"
    said = [
        f"{step.version}: {step.probed.why}" for step in found.steps if isinstance(step.probed, Untestable)
    ]
    return f"{tested} of {len(found.candidates)} versions could be tested; {said[-1]}"


def find_in_goldens(goldens: Goldens, found: Bisection) -> tuple[Version, Version] | None:
    """Find two versions whose goldens hold what was found: what was before the change, and after it.

    Returns:
        None where the goldens do not hold it: they were never captured, or are of another build or revision.
    """
    if found.change is None:
        return None
    changed = found.change.record
    held = [step for step in found.steps if step.record and _holds(goldens, step.version, step.record)]
    before = [step.version for step in held if not step.drift]
    after = [step.version for step in held if step.record and compare(changed, step.record) is None]
    return (max(before), min(after)) if before and after else None


def _holds(goldens: Goldens, version: Version, record: Record) -> bool:
    try:
        golden = goldens.resolve(*record.key, version)
    except UserError:  # it cannot be read, but what was found still stands
        return False
    return golden is not None and compare(golden.record, record) is None
