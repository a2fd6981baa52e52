"""Versions across a terminal: their heads, and as many beside each other as fit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from packaging.version import Version


@dataclass(frozen=True)
class VersionColumn:
    """A version's head, and the width of what stands below it."""

    version: Version
    head: str

    @property
    def width(self) -> int:
        """How many letters wide it is."""
        return len(self.head)


def name_versions(versions: Iterable[Version]) -> dict[Version, str]:
    """Name versions as briefly as keeps them apart: a release by two numbers, any other in full."""
    short = {version: _shorten(version) for version in versions}
    counts = Counter(short.values())
    return {version: head if counts[head] == 1 else str(version) for version, head in short.items()}


def _shorten(version: Version) -> str:
    plain = version.base_version == str(version) and not version.epoch
    return f"{version.major}.{version.minor}" if plain else str(version)


def make_columns(versions: Iterable[Version]) -> list[VersionColumn]:
    """Make a column for each version."""
    return [VersionColumn(version, head) for version, head in name_versions(versions).items()]


def choose_bands(
    columns: Sequence[VersionColumn], room: int
) -> Iterator[tuple[Sequence[VersionColumn], int]]:
    """Choose columns that fit beside each other, and the gap between them: two where all fit so."""
    for gap in (2, 1):
        if sum(column.width + gap for column in columns) - gap <= room:
            yield columns, gap
            return
    while columns:
        count = _count_fitting(columns, room)
        yield columns[:count], 1
        columns = columns[count:]


def _count_fitting(columns: Sequence[VersionColumn], room: int) -> int:
    used = 0
    for count, column in enumerate(columns):
        used += column.width
        if used > room:
            return max(1, count)
        used += 1
    return len(columns)
