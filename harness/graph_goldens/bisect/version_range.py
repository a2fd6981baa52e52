"""The versions among which a bisection searches: between which ends, and one build of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from packaging.version import Version

from graph_goldens.environments.builds import CONFIGURED, Indexes
from graph_goldens.errors import UserError
from graph_goldens.versions import make_public

SAY_ENDS = "say with --good and --bad between which versions to search"


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


def demand_order(good: Version | None, bad: Version | None) -> None:
    """Demand that one end is older than the other, where both are known.

    Raises:
        UserError: it is not.
    """
    if good and bad and make_public(good) >= make_public(bad):
        raise UserError(f"there is nothing to search: {good} is not older than {bad}; {SAY_ENDS}")


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
