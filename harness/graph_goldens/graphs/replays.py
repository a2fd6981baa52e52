"""What running graphs showed: one finding for each pair of graphs, which is evidence and never a class."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph_goldens.records import Json, RecordError


class ReplayOutcome(enum.Enum):
    """What running a graph, or a pair of graphs, showed."""

    EQUAL = "equal"
    DIFFERENT = "different"
    RUNS = "runs"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Replay:
    """What running one graph of a record showed.

    Attributes:
        graph: the graph's name in its record.
        outcome: what was shown, in a word.
        sentence: what was shown, in words: `equal on 3 inputs (largest difference 0)`.
        reason: why it could not be run, short enough to be counted by: `operator removed`.
    """

    graph: str
    outcome: ReplayOutcome
    sentence: str
    reason: str = ""


_GRAVEST = (ReplayOutcome.DIFFERENT, ReplayOutcome.NOT_RUN, ReplayOutcome.EQUAL, ReplayOutcome.RUNS)


def find_gravest(replays: Iterable[Replay]) -> Replay | None:
    """Find the finding that says most against a record: a difference before what could not be run."""
    return min(replays, key=lambda replay: _GRAVEST.index(replay.outcome), default=None)


def dump_replay(replay: Replay) -> dict[str, Json]:
    """Write a finding as a JSON object."""
    return {
        "graph": replay.graph,
        "outcome": replay.outcome.value,
        "sentence": replay.sentence,
        "reason": replay.reason,
    }


def load_replay(value: object) -> Replay:
    """Read a finding from its JSON object.

    Raises:
        RecordError: the value is not such an object.
    """
    if not isinstance(value, Mapping):
        raise RecordError("what a replay showed is not a JSON object")
    texts = [value.get(name) for name in ("graph", "outcome", "sentence", "reason")]
    graph, outcome, sentence, reason = (text if isinstance(text, str) else None for text in texts)
    if graph is None or outcome is None or sentence is None or reason is None:
        raise RecordError("what a replay showed lacks a text")
    try:
        return Replay(graph, ReplayOutcome(outcome), sentence, reason)
    except ValueError:
        raise RecordError(f"unknown outcome of a replay {outcome!r}") from None
