"""Take back what was decided in a review: goldens, decisions and what is remembered become what they were."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.files import read_whole, remove_file, write_whole
from graph_goldens.gate.home import find_home
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.write import Tell
from graph_goldens.goldens.known_folder import list_known
from graph_goldens.goldens.update_lock import hold_update_lock
from graph_goldens.keys import Key
from graph_goldens.review.accepted import AcceptedChange, load_accepted, save_accepted
from graph_goldens.review.rejected import Rejection, load_rejections, save_rejections


@dataclass(frozen=True)
class DecisionState:
    """What decisions about some records change.

    Attributes:
        files: the bytes of each golden of these records, in whichever overlay, and of each decision by which
            one of them is known.
        accepted: the changes of these records that are remembered as accepted.
        rejected: which of them are remembered as rejected.
    """

    files: Mapping[Path, bytes]
    accepted: tuple[AcceptedChange, ...]
    rejected: tuple[Rejection, ...]


def read_state(project: Project, keys: Collection[Key]) -> DecisionState:
    """Read what decisions about some records change, as it is now."""
    home = find_home(project)
    return DecisionState(
        {file: read_whole(file) for file in _list_files(project, keys)},
        tuple(each for each in _list_accepted(home) if _is_of(each, keys)),
        tuple(each for each in load_rejections(home) if _is_of(each, keys)),
    )


def _list_files(project: Project, keys: Collection[Key]) -> Iterator[Path]:
    yield from (each.file for each in open_goldens(project).list_stored() if each.key in keys)
    for known in list_known(project.snapshots):
        if known.file and not set(known.records).isdisjoint(keys):
            yield known.file


def _list_accepted(home: Path) -> Iterable[AcceptedChange]:
    return (each for changes in load_accepted(home).values() for each in changes)


def _is_of(each: AcceptedChange | Rejection, keys: Collection[Key]) -> bool:
    return Key(each.case, each.path) in keys


def take_back(
    project: Project, keys: Collection[Key], before: DecisionState, after: DecisionState, tell: Tell
) -> None:
    """Make what decisions changed what it was before them; what was decided about other records stays.

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
        for file in after.files.keys() - before.files.keys():
            remove_file(file, project.snapshots)
        for file, content in before.files.items():
            if after.files.get(file) != content:
                write_whole(file, content, project.snapshots)
        others = (each for each in _list_accepted(home) if not _is_of(each, keys))
        save_accepted(home, (*others, *before.accepted))
        left = (each for each in load_rejections(home) if not _is_of(each, keys))
        save_rejections(home, (*left, *before.rejected))
