"""A decision that drift is known: which change in which records of which PyTorch versions, until when."""

import datetime
import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import Version

from graph_goldens.keys import Key
from graph_goldens.versions import make_public

SOON_DAYS = 14
"""How many days before its end a decision is said to end soon."""


class KnownKind(enum.Enum):
    """What is known of some records."""

    DRIFT = "drift"
    NOT_REPRODUCIBLE = "not reproducible"


@dataclass(frozen=True)
class KnownDrift:
    """One decision: what it lists counts as known, runs, is reported, and fails no check.

    Attributes:
        kind: what is known of the records.
        records: the cases and tracing paths, sorted; there is at least one.
        because: why it is known and not accepted.
        first: the oldest PyTorch version that it is about, public.
        last: the newest one, public; None where it has no end.
        change: the fingerprint of the change that is known in each of the records; empty where that is that
            they are not reproducible.
        label: the class of the change in words, for readers; empty like `change`.
        says: what the change does, in words, for readers; empty like `change`.
        issue: the address of an issue upstream; empty where there is none.
        owner: who sees to it; empty where nobody is named.
        decided: the day on which it was decided.
        until: the last day on which it holds; None where it has no end.
        file: where it lies; None before it was written.
    """

    kind: KnownKind
    records: tuple[Key, ...]
    because: str
    first: Version
    last: Version | None = None
    change: str = ""
    label: str = ""
    says: str = ""
    issue: str = ""
    owner: str = ""
    decided: datetime.date = datetime.date.min
    until: datetime.date | None = None
    file: Path | None = field(default=None, compare=False)

    def covers(self, version: Version) -> bool:
        """Whether it is about a PyTorch version; local parts are ignored."""
        public = make_public(version)
        return self.first <= public and (self.last is None or public <= self.last)

    def is_over(self, today: datetime.date) -> bool:
        """Whether the last day on which it holds has passed."""
        return self.until is not None and self.until < today

    def ends_soon(self, today: datetime.date) -> bool:
        """Whether it holds still, and ends within the days that are told beforehand."""
        return self.until is not None and 0 <= (self.until - today).days <= SOON_DAYS

    @property
    def name(self) -> str:
        """What names it in commands: its file's name without the suffix; empty before it was written."""
        return self.file.stem if self.file else ""

    @property
    def versions(self) -> str:
        """The versions that it is about, in words: `2.16.0.dev20261001 to 2.16.0`."""
        if self.last is None:
            return f"{self.first} and later"
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


@dataclass(frozen=True)
class GoneDrift:
    """Records of a decision in which what is known no longer shows.

    Attributes:
        known: the decision.
        records: the records.
    """

    known: KnownDrift
    records: tuple[Key, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing of the decision is left."""
        return set(self.records) == set(self.known.records)


@dataclass(frozen=True)
class KnownStanding:
    """How a project's decisions stand after a run.

    Attributes:
        ending: decisions that show in the run and end within the days that are told beforehand.
        over: decisions that show in the run and whose last day has passed: their drifts count as new.
        gone: what no longer shows.
    """

    ending: tuple[KnownDrift, ...] = ()
    over: tuple[KnownDrift, ...] = ()
    gone: tuple[GoneDrift, ...] = ()


NOTHING_STANDS = KnownStanding()


def find_end(version: Version) -> Version:
    """Find the release that ends the series of a build: that of a nightly's name, or the release itself."""
    return make_public(Version(version.base_version))


def find_range(versions: Iterable[Version]) -> tuple[Version, Version]:
    """Find which versions a decision is about that is made about some: to the release of the newest."""
    public = sorted(map(make_public, versions))
    return public[0], find_end(public[-1])
