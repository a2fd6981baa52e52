"""What two versions resolve to, compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.version import Version

from harness.drift import Drift
from harness.goldens.history import trace_history
from harness.goldens.store import Goldens
from harness.versions import newest_not_after, overlay_name


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
class Difference:
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
    differences: tuple[Difference, ...]
    absent: tuple[Absence, ...]

    @property
    def differing(self) -> tuple[Difference, ...]:
        """Where the two resolve to different records."""
        return tuple(each for each in self.differences if each.drift)


def compare_versions(
    goldens: Goldens, keys: Iterable[tuple[str, str]], before: Version, after: Version
) -> Comparison:
    """Compare what one version resolves to with what another does.

    Raises:
        GoldenError: a file does not hold the golden that belongs there.
        ToolError: a file cannot be read.
    """
    held: dict[tuple[str, str], list[Version]] = {}
    for entry in goldens.stored():
        held.setdefault(entry.key, []).append(entry.version)
    found = [_look(goldens, key, held[key], (before, after)) for key in keys]
    return Comparison(
        before=before,
        after=after,
        differences=tuple(each for each in found if isinstance(each, Difference)),
        absent=tuple(each for each in found if isinstance(each, Absence)),
    )


def _look(
    goldens: Goldens, key: tuple[str, str], held: Sequence[Version], versions: tuple[Version, Version]
) -> Difference | Absence:
    own = [newest_not_after(held, version) for version in versions]
    for version, found in zip(versions, own, strict=True):
        if found is None:
            return Absence(*key, version, begins=held[0])
    before, after = (overlay_name(each) for each in own if each)
    for step in trace_history(goldens, *key, versions).steps:
        return Difference(*key, (before, after), step.drift, step.because)
    return Difference(*key, (before, after), None)
