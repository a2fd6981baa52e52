"""Where a new project lies: its folder, its repository, and names of folders that nothing else has taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.gate.project import read_table

SETTINGS_FILE = "pyproject.toml"


@dataclass(frozen=True)
class NewProject:
    """A folder in which a project of goldens begins, or has begun.

    Attributes:
        root: the folder of its `pyproject.toml`, which may be still to be written.
        repository: the folder of the git repository that holds it; None where none does.
        table: its `[tool.goldens]`; None where it has none yet.
        cases: the folder of packs, from the root.
        snapshots: the folder of goldens, from the root.
        working: the working folder, from the root.
    """

    root: Path
    repository: Path | None
    table: Mapping[str, object] | None
    cases: str
    snapshots: str
    working: str

    @property
    def below(self) -> str:
        """The project's folder as its repository names it, `.` at its top."""
        return self.root.relative_to(self.repository or self.root).as_posix()


def find_new_project(start: Path) -> NewProject:
    """Find the project of a folder: that of the nearest `pyproject.toml`, else the folder itself.

    Nothing above the git repository is looked at. Folders of other contents keep their names: a project that
    has a `cases` of its own gets `golden_cases`.

    Raises:
        UserError: a `pyproject.toml` cannot be read, or is none that can be extended.
    """
    start = start.resolve()
    repository = next((each for each in (start, *start.parents) if (each / ".git").exists()), None)
    root = _find_root(start, repository)
    file = root / SETTINGS_FILE
    table = read_table(file) if file.is_file() else None
    if table is None:
        chosen = {"cases": _choose(root, "cases"), "snapshots": _choose(root, "snapshots")}
    else:
        chosen = {name: _read_folder(table, name) for name in ("cases", "snapshots")}
    return NewProject(
        root, repository, table, **chosen, working=_read_folder(table or {}, "working", ".goldens")
    )


def _find_root(start: Path, repository: Path | None) -> Path:
    folders = [
        each for each in (start, *start.parents) if repository is None or each.is_relative_to(repository)
    ]
    return next((each for each in folders if (each / SETTINGS_FILE).is_file()), start)


def _choose(root: Path, name: str) -> str:
    """Choose a name that nothing in the project has, nor its sources below `src`."""
    taken = any((folder / name).exists() for folder in (root, root / "src"))
    return f"golden_{name}" if taken else name


def _read_folder(table: Mapping[str, object], name: str, otherwise: str = "") -> str:
    value = table.get(name, otherwise or name)
    if not isinstance(value, str):
        raise UserError(f"`{name}` in [tool.goldens] is not a text")
    return value
