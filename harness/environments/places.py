"""Where the working folder keeps an environment, its draft and its locks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where the environment of one name is kept.

    Attributes:
        name: the environment's name.
        folder: the folder of all environments.
    """

    name: str
    folder: Path

    @property
    def path(self) -> Path:
        """The environment itself, which is complete or missing."""
        return self.folder / self.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    @property
    def draft(self) -> Path:
        """The environment while it is made."""
        return self.folder / f".{self.name}.making"

    @property
    def removed(self) -> Path:
        """The environment while it is removed."""
        return self.folder / f".{self.name}.removed"

    @property
    def lock(self) -> Path:
        """The lock of whoever makes or removes it."""
        return self.folder / f".{self.name}.lock"

    @property
    def users(self) -> Path:
        """The lock that all who use it share."""
        return self.folder / f".{self.name}.users"


def place_of(name: str, folder: Path) -> Place:
    """Find the place of an environment's name under a working folder."""
    return Place(name, folder.resolve() / "envs")


def places(folder: Path) -> Iterator[Place]:
    """List the places of the environments that were made under a working folder."""
    envs = folder.resolve() / "envs"
    for path in sorted(envs.glob("[!.]*")):
        if path.is_dir():
            yield Place(path.name, envs)


def drafts(folder: Path) -> Iterator[Place]:
    """List the places of the environments that are being made, or whose making was interrupted."""
    return _hidden(folder, ".making")


def removed(folder: Path) -> Iterator[Place]:
    """List the places of the environments that are being removed, or whose removal was interrupted."""
    return _hidden(folder, ".removed")


def _hidden(folder: Path, suffix: str) -> Iterator[Place]:
    envs = folder.resolve() / "envs"
    for path in sorted(envs.glob(f".*{suffix}")):
        yield Place(path.name[1:].removesuffix(suffix), envs)
