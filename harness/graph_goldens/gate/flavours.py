"""Flavours of one PyTorch, such as 2.13.0+cpu and 2.13.0+cu132: when what differs may be that.

Goldens are of versions and do not say of which flavour they were captured. So this is known only where the
last saved run of another flavour gave exactly what a golden says, and between two runs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.runs.run import Run, list_runs, load_run
from graph_goldens.runs.verdict import Finding, Verdict
from graph_goldens.versions import make_public, parse_version
from graph_goldens.words import format_count


@dataclass(frozen=True)
class FlavourDrift:
    """Drifts in which another flavour of the same version gave what the goldens say.

    Attributes:
        own: the flavour that drifted, such as `+cu132`; `without a flavour` where the version names none.
        other: the other one.
        other_torch: the other flavour's version in full.
        drifts: how many there are.
    """

    own: str
    other: str
    other_torch: str
    drifts: int

    @property
    def sentence(self) -> str:
        """What is known, and what that may mean."""
        these = format_count(self.drifts, "golden")
        holds = "holds" if self.drifts == 1 else "hold"
        return (
            f"{these} {holds} what PyTorch {self.other_torch} last gave: "
            f"what differs may be the flavour ({self.other} against {self.own})"
        )


def are_flavours(one: Version, other: Version) -> bool:
    """Whether two builds are of one version and differ in what stands behind its `+`."""
    return make_public(one) == make_public(other) and one.local != other.local


def name_flavour(version: Version) -> str:
    """Name what stands behind a version's `+`."""
    return f"+{version.local}" if version.local else "without a flavour"


def find_flavour_drifts(run: Run, verdicts: Sequence[Verdict], home: Path) -> tuple[FlavourDrift, ...]:
    """Find the saved runs of other flavours that gave what the goldens of some drifts say."""
    drifted = [each for each in verdicts if each.finding is Finding.DRIFTED and each.golden]
    if not drifted:
        return ()
    found = (_count_held(run, drifted, other) for other in _load_other_flavours(run.version, home))
    return tuple(each for each in found if each.drifts)


def _load_other_flavours(version: Version, home: Path) -> Iterator[Run]:
    for file in list_runs(home):
        if not _is_other_flavour(file, version):
            continue
        try:
            yield load_run(file)
        except UserError:  # it says nothing then; the next check of that flavour writes it anew
            continue


def _is_other_flavour(file: Path, version: Version) -> bool:
    try:
        return are_flavours(parse_version(file.stem.removeprefix("torch-")), version)
    except UserError:  # no run of ours has such a name
        return False


def _count_held(run: Run, drifted: Iterable[Verdict], other: Run) -> FlavourDrift:
    held = sum(
        (capture := other.captures.get(each.record.key)) is not None
        and each.golden is not None
        and capture.record == each.golden.record
        for each in drifted
    )
    return FlavourDrift(name_flavour(run.version), name_flavour(other.version), other.torch, held)


def list_flavour_pairs(runs: Sequence[Run]) -> tuple[str, ...]:
    """Say of each two runs of one version that they are of two flavours."""
    return tuple(
        f"{one.torch} and {other.torch} are two flavours of one version: "
        f"what differs between them may be that ({name_flavour(one.version)} against "
        f"{name_flavour(other.version)})"
        for one, other in combinations(runs, 2)
        if are_flavours(one.version, other.version)
    )
