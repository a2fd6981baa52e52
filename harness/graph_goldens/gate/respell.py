"""Write goldens of older rules as those of now do, where that takes no capture.

Some changes of the rules say the same in other words. What becomes of a golden is a function of its text
then: equal goldens stay equal and others different, so each file is written in its place, whatever versions
resolve to it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.errors import UserError
from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import Project
from graph_goldens.gate.rule_changes import respell
from graph_goldens.gate.watcher import Watcher
from graph_goldens.gate.write import open_writer
from graph_goldens.goldens.format import Golden, GoldenError
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.runs.selection import Selection, select


@dataclass(frozen=True)
class Respelled:
    """What became of the goldens of a project, of all versions.

    Attributes:
        written: how many files were written anew.
        kinds: how many of them each change of the rules was found in.
        left: how many are of older rules still, and take a capture, or cannot be read.
    """

    written: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    left: int = 0


def respell_goldens(project: Project, selection: Selection, watcher: Watcher) -> Respelled:
    """Write what is selected as the rules of now do, in each version that has a golden of its own.

    One that is interrupted has written some, each whole; another does the rest.

    Raises:
        UserError: there are no goldens, or the selection matches none.
        ToolError: a golden cannot be written; those written before are whole.
    """
    if not any(list_older(open_goldens(project), selection)):
        return Respelled()
    kinds: Counter[str] = Counter()
    written: list[Key] = []
    with open_writer(project, "", watcher.note) as writer:
        older = list(list_older(writer.goldens, selection))
        watcher.note(f"reading {len(older):,} goldens of older rules")
        for stored in older:
            if (golden := _read(writer.goldens, stored)) and (carried := respell(golden.record)):
                writer.goldens.rewrite(stored, Golden(carried.record, golden.because))
                kinds.update(carried.kinds)
                written.append(stored.key)
        writer.goldens.remove_repeats(frozenset(written))
    return Respelled(len(written), kinds, len(older) - len(written))


def list_older(goldens: Goldens, selection: Selection) -> Iterator[StoredGolden]:
    """List the selected files of goldens, of all versions, that are of older rules, or do not say of which.

    Raises:
        UserError: there are no goldens, or the selection matches none.
    """
    stored = goldens.list_stored()
    if not stored:
        raise UserError(f"there are no goldens in {goldens.root}; write the first with `goldens update`")
    chosen = frozenset(select(sorted({entry.key for entry in stored}), selection))
    for entry in stored:
        rules = goldens.read_rules(entry.file) if entry.key in chosen else RULES_VERSION
        if rules is None or rules < RULES_VERSION:
            yield entry


def _read(goldens: Goldens, stored: StoredGolden) -> Golden | None:
    """Read a golden, as it is now that nobody else writes; None where it cannot be read."""
    try:
        return goldens.read_golden(stored.file, stored.key)
    except GoldenError:  # which is told where it is captured for
        return None
