"""What the atlas counts: the drifts of each step between versions, and the operators of each version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from packaging.version import Version

from graph_goldens.gate.operator_census import OperatorCensus, OperatorUse, count_operators
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.report.build import report_history
from graph_goldens.report.model import Section
from graph_goldens.runs.selection import Selection


@dataclass(frozen=True)
class AtlasStep:
    """What one page is of.

    Attributes:
        before: the version before.
        after: the version of the page.
        section: the drifts between the two.
        operators: which operators occur in any of the versions.
    """

    before: Version
    after: Version
    section: Section
    operators: OperatorCensus

    @cached_property
    def come(self) -> tuple[OperatorUse, ...]:
        """The operators that occur in the version and not in the one before."""
        return self._list_uses(self.after, self.before)

    @cached_property
    def gone(self) -> tuple[OperatorUse, ...]:
        """The operators that occur in the version before and no longer."""
        return self._list_uses(self.before, self.after)

    def _list_uses(self, there: Version, absent: Version) -> tuple[OperatorUse, ...]:
        uses = self.operators.uses
        return tuple(use for use in uses if use.count(there) and not use.count(absent))


@dataclass(frozen=True)
class AtlasCensus:
    """All that the atlas counts.

    Attributes:
        packs: the packs that it is of.
        steps: the steps, oldest first.
        operators: which operators occur, by version.
    """

    packs: tuple[str, ...]
    steps: tuple[AtlasStep, ...]
    operators: OperatorCensus


def take_census(project: Project) -> AtlasCensus:
    """Count the drifts and operators of all packs whose goldens begin at the oldest version: about a minute.

    Raises:
        UserError: there are no goldens, or one cannot be read.
    """
    goldens = open_goldens(project)
    versions = list_watched_versions(goldens)
    packs = choose_packs(goldens.list_stored(), versions[0])
    selection = Selection(packs, ())
    operators = count_operators(project, selection, versions)
    report = report_history(project, selection)
    pairs = zip(versions, versions[1:], report.sections, strict=False)
    steps = tuple(AtlasStep(before, after, section, operators) for before, after, section in pairs)
    return AtlasCensus(packs, steps, operators)


def choose_packs(stored: Iterable[StoredGolden], oldest: Version) -> tuple[str, ...]:
    """Choose the packs whose goldens begin at the oldest version: others cannot be followed through all."""
    return tuple(sorted({name_pack(entry.case) for entry in stored if entry.version == oldest}))


def name_pack(case: str) -> str:
    """Name the pack of a case."""
    return case.partition("/")[0]


def count_by_pack(cases: Iterable[str]) -> Mapping[str, int]:
    """Count cases, as often as they are named, by pack."""
    packs = [name_pack(case) for case in cases]
    return {pack: packs.count(pack) for pack in sorted(set(packs))}


def list_steady(census: OperatorCensus) -> Sequence[OperatorUse]:
    """List the operators that occur in every version."""
    return [use for use in census.uses if all(map(use.count, census.versions))]
