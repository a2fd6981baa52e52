"""Take back what was decided in a review: goldens, and what is remembered, become what they were."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.files import read_whole, remove_file, write_whole
from graph_goldens.gate.home import find_home
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.write import Tell
from graph_goldens.goldens.update_lock import hold_update_lock
from graph_goldens.keys import Key
from graph_goldens.review.accepted import AcceptedChange, load_accepted, save_accepted
from graph_goldens.review.rejected import Rejection, load_rejections, save_rejections


@dataclass(frozen=True)
class DecisionState:
    """What decisions about some records change.

    Attributes:
        goldens: the bytes of each golden of these records, in whichever overlay.
        accepted: the changes that are remembered as accepted.
        rejected: the records that are remembered as rejected.
    """

    goldens: Mapping[Path, bytes]
    accepted: tuple[AcceptedChange, ...]
    rejected: tuple[Rejection, ...]


def read_state(project: Project, keys: Collection[Key]) -> DecisionState:
    """Read what decisions about some records change, as it is now."""
    home = find_home(project)
    stored = (each for each in open_goldens(project).list_stored() if each.key in keys)
    return DecisionState(
        {each.file: read_whole(each.file) for each in stored},
        tuple(each for changes in load_accepted(home).values() for each in changes),
        tuple(load_rejections(home)),
    )


def take_back(
    project: Project, keys: Collection[Key], before: DecisionState, after: DecisionState, tell: Tell
) -> None:
    """Make what decisions changed what it was before them.

    Args:
        project: the project.
        keys: the records that were decided on.
        before: what there was before.
        after: what there was right after the decision.
        tell: called with one sentence before waiting for another update.

    Raises:
        UserError: something changed since, so nothing is taken back.
        ToolError: a file cannot be written; run the review again.
    """
    home = find_home(project)
    with hold_update_lock(project.snapshots, project.working, tell):
        if read_state(project, keys) != after:
            raise UserError("what was decided has changed since, by another command; nothing is taken back")
        for file in after.goldens.keys() - before.goldens.keys():
            remove_file(file, project.snapshots)
        for file, content in before.goldens.items():
            if after.goldens.get(file) != content:
                write_whole(file, content, project.snapshots)
        save_accepted(home, before.accepted)
        save_rejections(home, before.rejected)
