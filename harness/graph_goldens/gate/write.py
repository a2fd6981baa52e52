"""The one way to write goldens: under the lock, each record a golden of its version.

`goldens update`, `refresh`, `accept` and `pytest --snapshot-update` all write through here, so they write the
same bytes. What was written is what the store says of each, never what a caller meant to write.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.goldens.known_folder import remove_known, write_known
from graph_goldens.goldens.store import GoldenChange, Goldens
from graph_goldens.goldens.update_lock import hold_update_lock
from graph_goldens.records import Record

Tell = Callable[[str], None]


@dataclass(frozen=True)
class GoldenWriter:
    """Writes goldens, and decisions about known drift, while the lock is held; `open_writer` makes it.

    Attributes:
        goldens: the goldens as they are at each moment, for who looks once more before writing.
        because: the reason that is kept in each golden; may be empty.
    """

    goldens: Goldens
    because: str

    def write(self, record: Record, version: Version, because: str | None = None) -> GoldenChange:
        """Make a version resolve to a record.

        Args:
            record: the record.
            version: the version.
            because: the reason of this golden alone, where it is not that of all.

        Raises:
            GoldenError: what the version resolves to now cannot be read.
            ToolError: the golden cannot be written; those written before are whole.
        """
        return self.goldens.update(version, Golden(record, self.because if because is None else because))

    def write_known(self, known: KnownDrift) -> Path:
        """Write a decision about known drift, whole or not at all, and return its file.

        Raises:
            ToolError: it cannot be written.
        """
        return write_known(self.goldens.root, known)

    def remove_known(self, known: KnownDrift) -> None:
        """Remove a decision about known drift.

        Raises:
            ToolError: it cannot be removed.
        """
        remove_known(self.goldens.root, known)


@contextmanager
def open_writer(project: Project, because: str, tell: Tell) -> Iterator[GoldenWriter]:
    """Hold the lock of a project's goldens, and let them be written.

    Args:
        project: the project.
        because: the reason that is kept in each golden; blanks around it are dropped.
        tell: called with one sentence before waiting for another update.

    Raises:
        ToolError: the lock's file cannot be made.
    """
    with hold_update_lock(project.snapshots, project.working, tell):
        yield GoldenWriter(open_goldens(project), because.strip())
