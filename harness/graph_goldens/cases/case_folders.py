"""The folders of packs of a project: one, or several whose packs stand beside each other as one package."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True)
class SeveralFolders:
    """Several folders of packs; none lies in another, and no pack is in two of them.

    Attributes:
        folders: the folders, at least two.
    """

    folders: tuple[Path, ...]

    def __str__(self) -> str:
        """Name all of them."""
        return " and ".join(map(str, self.folders))


CaseFolders: TypeAlias = Path | SeveralFolders


def list_folders(place: CaseFolders) -> tuple[Path, ...]:
    """List the folders, in the order of the settings."""
    return (place,) if isinstance(place, Path) else place.folders


def resolve_folders(place: CaseFolders) -> CaseFolders:
    """Resolve the links in the folders' paths."""
    return place.resolve() if isinstance(place, Path) else join_folders([f.resolve() for f in place.folders])


def join_folders(folders: list[Path]) -> CaseFolders:
    """Make one place of some folders."""
    return folders[0] if len(folders) == 1 else SeveralFolders(tuple(folders))


def find_holder(place: CaseFolders, file: Path) -> Path | None:
    """Find the folder in which a file lies; None where it is in none."""
    return next((folder for folder in list_folders(place) if file.is_relative_to(folder)), None)


def name_file(place: CaseFolders, file: Path) -> Path:
    """Name a file by its path in the folder in which it lies.

    Raises:
        ValueError: it lies in none.
    """
    return file.relative_to(find_holder(place, file) or list_folders(place)[0])


def locate_file(place: CaseFolders, name: str | Path) -> Path:
    """Locate a file by its path in a folder: in the first that has it, else where the first would."""
    first, *others = (folder / name for folder in list_folders(place))
    return first if first.exists() else next((file for file in others if file.exists()), first)


def show_file(place: CaseFolders, file: Path, root: Path) -> str:
    """Name a file as a person in the project does: one of several folders is named from the project's.

    Args:
        place: the folders of packs.
        file: the file; it may lie elsewhere.
        root: the project's folder.
    """
    holder = find_holder(place, file)
    if holder is None or (isinstance(place, SeveralFolders) and holder.is_relative_to(root)):
        return str(file.relative_to(root) if file.is_relative_to(root) else file)
    return str(Path(holder.name) / file.relative_to(holder))


def list_case_options(place: CaseFolders) -> list[str]:
    """List the options that name the folders to a process, with links resolved."""
    return [word for each in list_folders(resolve_folders(place)) for word in ("--cases", str(each))]
