"""Where captures are made: one interface, which this machine and a cluster serve alike.

A placement opens environments, wherever they are, and says of each which packs are captured in it and how a
source of records is opened there. All else is the host's: what is reused, compared, proved and written.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from graph_goldens.environments.builds import Build, Indexes
from graph_goldens.gate.pack_workers import OpenGroup
from graph_goldens.gate.project import Project

Note = Callable[[str], None]


@dataclass(frozen=True)
class WantedBuild:
    """What environments are to hold.

    Attributes:
        build: the PyTorch, or the path of an interpreter that has one.
        indexes: where what packs need is looked for, if not where PyTorch is.
    """

    build: Build | str
    indexes: Indexes | None = None


class Placement(Protocol):
    """Where captures are made."""

    @property
    def at_once(self) -> int:
        """How many environments a command works with at once."""

    @property
    def here(self) -> bool:
        """Whether what captures read lies on this machine, so that it can be looked at again later."""

    def hold_groups(
        self, project: Project, wanted: WantedBuild, note: Note
    ) -> AbstractContextManager[Sequence[OpenGroup]]:
        """Open the environments of all packs; packs that need the same share one.

        Requirements that cannot be met cost the packs that have them.

        Args:
            project: the project.
            wanted: what the environments are to hold.
            note: hears in short lines what takes time.

        Raises:
            UserError: what is asked for is not to be had.
            ToolError: an environment cannot be made.
        """
