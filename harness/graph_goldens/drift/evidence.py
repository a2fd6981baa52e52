"""What replays showed of several drifts, in words: as many as it takes to say where graphs differ."""

from collections import Counter
from collections.abc import Iterator, Sequence

from graph_goldens.drift.drift import Drift
from graph_goldens.graphs.replays import ReplayOutcome


def describe_evidence(drifts: Sequence[Drift]) -> str:
    """Say what running the graphs of some drifts showed; empty where none was run."""
    found = [drift.replay for drift in drifts if drift.replay]
    sentences = dict.fromkeys(replay.sentence for replay in found)
    if len(sentences) == 1 and len(found) == len(drifts):
        return next(iter(sentences))
    return "; ".join(_list_parts(drifts)) if found else ""


def _list_parts(drifts: Sequence[Drift]) -> Iterator[str]:
    different = [drift for drift in drifts if _is(drift, ReplayOutcome.DIFFERENT)]
    equal = sum(_is(drift, ReplayOutcome.EQUAL) for drift in drifts)
    if equal:
        yield f"{equal} equal"
    if different:
        first = different[0]
        assert first.replay is not None
        yield f"{len(different)} different, as {first.case} by {first.path}: {first.replay.sentence}"
    reasons = Counter(drift.replay.reason for drift in drifts if drift.replay and drift.replay.reason)
    if reasons:
        listed = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common())
        yield f"{reasons.total()} not run: {listed}"
    if left := sum(drift.replay is None for drift in drifts):
        yield f"{left} not asked for"


def _is(drift: Drift, outcome: ReplayOutcome) -> bool:
    return drift.replay is not None and drift.replay.outcome is outcome
