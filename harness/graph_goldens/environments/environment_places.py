"""Where the working folder keeps an environment, its draft and its locks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class EnvironmentPlace:
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


def find_place(name: str, folder: Path) -> EnvironmentPlace:
    """Find the place of an environment's name under a working folder."""
    return EnvironmentPlace(name, folder.resolve() / "envs")


def list_places(folder: Path) -> Iterator[EnvironmentPlace]:
    """List the places of the environments that were made under a working folder."""
    envs = folder.resolve() / "envs"
    for path in sorted(envs.glob("[!.]*")):
        if path.is_dir():
            yield EnvironmentPlace(path.name, envs)


def list_drafts(folder: Path) -> Iterator[EnvironmentPlace]:
    """List the places of the environments that are being made, or whose making was interrupted."""
    return _list_hidden(folder, ".making")


def list_removed(folder: Path) -> Iterator[EnvironmentPlace]:
    """List the places of the environments that are being removed, or whose removal was interrupted."""
    return _list_hidden(folder, ".removed")


def _list_hidden(folder: Path, suffix: str) -> Iterator[EnvironmentPlace]:
    envs = folder.resolve() / "envs"
    for path in sorted(envs.glob(f".*{suffix}")):
        yield EnvironmentPlace(path.name[1:].removesuffix(suffix), envs)
