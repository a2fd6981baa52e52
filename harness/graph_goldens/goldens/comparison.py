"""What two versions resolve to, compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.version import Version

from graph_goldens.drift.drift import Drift
from graph_goldens.goldens.history import trace_history
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.versions import find_newest_not_after, name_overlay


@dataclass(frozen=True)
class Absence:
    """A case and tracing path for which one of two versions resolves to nothing.

    Attributes:
        case: the case's full name.
        path: the tracing path's name.
        version: the version.
        begins: the first version that resolves to a golden.
    """

    case: str
    path: str
    version: Version
    begins: Version

    @property
    def sentence(self) -> str:
        """What is missing, in words."""
        missing = f"{self.case} by {self.path} has no golden for PyTorch {self.version}"
        return f"{missing}; its goldens begin at {self.begins}"


@dataclass(frozen=True)
class ResolvedDifference:
    """What two versions resolve to for a case and tracing path.

    Attributes:
        case: the case's full name.
        path: the tracing path's name.
        overlays: the names of the overlays that hold the two goldens.
        drift: how the second differs from the first, None where they are equal apart from `source`.
        because: the reason that the second gives, where they differ.
    """

    case: str
    path: str
    overlays: tuple[str, str]
    drift: Drift | None
    because: str = ""


@dataclass(frozen=True)
class Comparison:
    """What two versions resolve to for some cases and tracing paths.

    Attributes:
        before: the one version.
        after: the other.
        differences: where both resolve to something, equal or not.
        absent: where one of them resolves to nothing.
    """

    before: Version
    after: Version
    differences: tuple[ResolvedDifference, ...]
    absent: tuple[Absence, ...]

    @property
    def differing(self) -> tuple[ResolvedDifference, ...]:
        """Where the two resolve to different records."""
        return tuple(each for each in self.differences if each.drift)


def compare_versions(goldens: Goldens, keys: Iterable[Key], before: Version, after: Version) -> Comparison:
    """Compare what one version resolves to with what another does.

    Raises:
        GoldenError: a file does not hold the golden that belongs there.
        ToolError: a file cannot be read.
    """
    held: dict[Key, list[Version]] = {}
    for entry in goldens.list_stored():
        held.setdefault(entry.key, []).append(entry.version)
    found = [_compare_one(goldens, key, held[key], (before, after)) for key in keys]
    return Comparison(
        before=before,
        after=after,
        differences=tuple(each for each in found if isinstance(each, ResolvedDifference)),
        absent=tuple(each for each in found if isinstance(each, Absence)),
    )


def _compare_one(
    goldens: Goldens, key: Key, held: Sequence[Version], versions: tuple[Version, Version]
) -> ResolvedDifference | Absence:
    own = [find_newest_not_after(held, version) for version in versions]
    for version, found in zip(versions, own, strict=True):
        if found is None:
            return Absence(*key, version, begins=held[0])
    before, after = (name_overlay(each) for each in own if each)
    for step in trace_history(goldens, *key, versions).steps:
        return ResolvedDifference(*key, (before, after), step.drift, step.because)
    return ResolvedDifference(*key, (before, after), None)
