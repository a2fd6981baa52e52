"""The packs of one check, each in the environment that it needs, and their cases as one list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.cases.packs import PackChoice
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.worker_messages import CaseListing, Hello
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.run import PackEnvironment


class RecordSource(Protocol):
    """What lists cases and captures them: a worker, or what stands in its place."""

    @property
    def hello(self) -> Hello:
        """What the environment is."""

    @property
    def listing(self) -> CaseListing:
        """The cases."""

    def capture(self, keys: Sequence[Key], timeout: float, *, memory: int) -> Iterator[Capture]:
        """Yield a capture of each case and tracing path, in the order in which they finish."""


class SourceOpener(Protocol):
    """Opens what captures the packs of a group."""

    def __call__(
        self, choice: PackChoice, hash_seed: int, note: Callable[[str], None]
    ) -> AbstractContextManager[RecordSource]:
        """Open a source.

        Args:
            choice: the packs that are meant, of those that the environment was opened for.
            hash_seed: seed of Python's hashes.
            note: hears in short lines what takes time.

        Raises:
            ToolError: it cannot be opened.
        """


@dataclass(frozen=True)
class OpenGroup:
    """Packs that need the same, and the environment that is open for them.

    Attributes:
        choice: the packs.
        environment: the environment; that of PyTorch alone where the requirements cannot be met. Its paths
            mean something where it is.
        opener: opens what captures the packs in it; not asked where the requirements cannot be met.
        packages: what it holds beside PyTorch for these packs.
        unmet: uv's sentence, where the requirements cannot be met.
    """

    choice: PackChoice
    environment: Environment
    opener: SourceOpener
    packages: tuple[str, ...] = ()
    unmet: str = ""

    def describe(self) -> PackEnvironment:
        """Describe it as a run does."""
        return PackEnvironment(
            packs=tuple(sorted(self.choice.names or ())),
            python=self.environment.python_version,
            requires=self.environment.needs.requires,
            packages=self.packages,
            unmet=self.unmet,
        )


def join_listings(listings: Sequence[CaseListing]) -> CaseListing:
    """Join lists of cases; what is wrong with a folder as a whole is told by each, and kept once."""
    if len(listings) == 1:
        return listings[0]
    mistakes: Mapping[Mistake, None] = {each: None for listing in listings for each in listing.mistakes}
    left_out = {each: None for listing in listings for each in listing.left_out}
    cases = tuple(case for listing in listings for case in listing.cases)
    return CaseListing(cases, tuple(mistakes), tuple(left_out))


def split_keys(keys: Sequence[Key], listings: Sequence[CaseListing]) -> list[list[Key]]:
    """Split records by the list that holds their case."""
    held = [{case.case for case in listing.cases} for listing in listings]
    return [[key for key in keys if key.case in names] for names in held]
