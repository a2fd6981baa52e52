"""What is bisected, PyTorch's builds or a package's versions: which there are, and how one is captured."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from packaging.version import Version

from graph_goldens.bisect.version_range import SAY_ENDS, Range, demand_order, keep_one_build_each
from graph_goldens.environments.builds import PACKAGE, Build, read_wheel_version
from graph_goldens.environments.version_resolution import list_offered_versions, resolve
from graph_goldens.errors import UserError
from graph_goldens.gate.pinned_package import pin_package
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request, choose_build
from graph_goldens.runs.selection import Selection
from graph_goldens.versions import make_public


class Subject(Protocol):
    """What has versions, each of which may be captured with."""

    @property
    def name(self) -> str:
        """What people call it."""

    def list_versions(self) -> list[Version]:
        """List the versions in question, oldest first.

        Raises:
            UserError: the ends are in the wrong order, or fewer than two versions are in question.
            ToolError: the index cannot be asked.
        """

    def request(self, version: Version, selection: Selection) -> Request:
        """Say what is captured with a version.

        Raises:
            UserError: there is no such version.
            ToolError: the index cannot be asked.
        """


def choose_subject(project: Project, wanted: Range) -> Subject:
    """Choose what is bisected: a package where one is named, PyTorch else."""
    return PackageVersions(project, wanted) if wanted.package else TorchBuilds(project, wanted)


def find_candidates(project: Project, wanted: Range) -> list[Version]:
    """List the versions in question, oldest first, both ends among them: one build of each public version.

    Raises:
        UserError: the ends are in the wrong order, or fewer than two versions are in question.
        ToolError: the index cannot be asked.
    """
    return choose_subject(project, wanted).list_versions()


@dataclass(frozen=True)
class TorchBuilds:
    """PyTorch's builds, each with an environment of its own or an interpreter that has it.

    Attributes:
        project: the project.
        wanted: which versions are in question, and where they are looked for.
    """

    project: Project
    wanted: Range
    name = "PyTorch"

    def list_versions(self) -> list[Version]:
        """List one build of each public version, both ends among them.

        Without ends these are the oldest and the newest version that the project supports, or that the
        folders of wheels hold; the newest that is offered where pre-releases are in question.
        """
        good, bad = self._read_ends()
        offered = list_offered_versions(
            self.wanted.indexes,
            prereleases=self.wanted.all_kinds,
            oldest=good,
            newest=bad,
            links_only=self.wanted.links_only,
        )
        held = list_held_versions(self.wanted.indexes.find_links)
        kept = [version for version in offered if held is None or version in held]
        local = next((end.local for end in self.wanted.ends), None)
        found = keep_one_build_each(
            kept, [end for end in (good, bad) if end], local, exact=self.wanted.links_only
        )
        if len(found) < 2:
            only = f"only PyTorch {found[0]}" if found else "no version of PyTorch"
            raise UserError(f"there is nothing to search: {only} is in question; {SAY_ENDS}")
        return found

    def request(self, version: Version, selection: Selection) -> Request:
        """Say what is captured with a build."""
        return Request(self.project, self._choose_build(version), selection, reuse=True)

    def _choose_build(self, version: Version) -> Build | str:
        if version in self.wanted.interpreters:
            return self.wanted.interpreters[version]
        return resolve(str(version), self.wanted.indexes, self.project.needs.own.python).build

    def _read_ends(self) -> tuple[Version | None, Version | None]:
        good, bad = self.wanted.good, self.wanted.bad
        if not self.wanted.links_only:
            if not self.project.supported and not (good and (bad or self.wanted.prereleases)):
                raise UserError(f"[tool.goldens] in pyproject.toml lists no `supported` versions; {SAY_ENDS}")
            good = good or self.project.supported[0]
            bad = bad or (None if self.wanted.prereleases else self.project.supported[-1])
        demand_order(good, bad)
        return good, bad


@dataclass(frozen=True)
class PackageVersions:
    """The versions of a package, each beside the PyTorch of the project.

    Attributes:
        project: the project.
        wanted: the package, which of its versions are in question, and where they are looked for.
    """

    project: Project
    wanted: Range

    @property
    def name(self) -> str:
        """The package's name."""
        return self.wanted.package

    def list_versions(self) -> list[Version]:
        """List the versions between the ends, or all that are offered."""
        demand_order(self.wanted.good, self.wanted.bad)
        # What cannot be installed is refused before it is looked for.
        pin_package(self.project, f"{self.name}==0")
        found = list_offered_versions(
            self.wanted.indexes,
            self.project.needs.own.python,
            package=self.name,
            prereleases=self.wanted.all_kinds,
            oldest=self.wanted.good,
            newest=self.wanted.bad,
            links_only=self.wanted.links_only,
        )
        if len(found) < 2:
            only = f"only {self.name} {found[0]}" if found else f"no version of {self.name}"
            raise UserError(
                f"there is nothing to search: {only} is offered; versions are wheels, on the index or in a "
                "folder that --find-links names, and a package of a folder or a repository has none"
            )
        return found

    def request(self, version: Version, selection: Selection) -> Request:
        """Say what is captured with a version."""
        asked = Request(self.project, choose_build(self.project), selection, reuse=True)
        project = pin_package(self.project, f"{self.name}=={version}")
        return replace(asked, project=project, indexes=self.wanted.indexes)


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
