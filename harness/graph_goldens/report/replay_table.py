"""What replays showed, in a terminal and as JSON: each that is not equal, why, and counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph_goldens.drift.drift import Drift
from graph_goldens.gate.replay import Replayed, StoredReplay
from graph_goldens.graphs.replays import Replay, ReplayOutcome, dump_replay
from graph_goldens.records import Json
from graph_goldens.report.drift_text import print_lines
from graph_goldens.words import format_count, make_visible

MOST_LISTED = 30
_STYLES = {
    ReplayOutcome.EQUAL: "green",
    ReplayOutcome.RUNS: "green",
    ReplayOutcome.DIFFERENT: "red",
    ReplayOutcome.NOT_RUN: "yellow",
}


def show_replayed(console: Console, replayed: Replayed) -> None:
    """Show what running the graphs of drifts showed: each drift in a line, and counts."""
    drifts = replayed.drifts
    print_lines(console, map(_format_drift, drifts))
    found = [drift.replay for drift in drifts if drift.replay]
    head = f"{format_count(len(drifts), 'drift')} replayed under torch {replayed.torch}"
    console.print(Text.assemble((head, "bold"), _describe_counts(found)), soft_wrap=True)


def _format_drift(drift: Drift) -> Text:
    where = f"{make_visible(drift.case)} {make_visible(drift.path)}"
    if drift.replay is None:
        return Text.assemble((where, "bold"), f" ({drift.label}): no graph of both differs")
    graph = f" {make_visible(drift.replay.graph)}"
    sentence = (make_visible(drift.replay.sentence), _STYLES[drift.replay.outcome])
    return Text.assemble((where, "bold"), f"{graph} ({drift.label}): ", sentence)


def _describe_counts(found: Sequence[Replay]) -> str:
    outcomes = Counter(replay.outcome for replay in found)
    reasons = Counter(replay.reason for replay in found if replay.reason)
    counts = [f"{outcomes[each]} {each.value}" for each in ReplayOutcome if outcomes[each]]
    listed = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    return f": {', '.join(counts)}{f' ({listed})' if listed else ''}" if counts else ""


def show_stored(console: Console, torch: str, found: Sequence[StoredReplay]) -> None:
    """Show which stored graphs of older versions still run under a PyTorch, by version, and which do not."""
    console.print(f"stored graphs of older versions, run as they are under torch {torch}", style="bold")
    console.print(_build_stored_table(found))
    failed = [each for each in found if _fails(each)]
    for each in failed[:MOST_LISTED]:
        where = f"torch-{each.version} {make_visible(each.key.case)} {make_visible(each.key.path)}"
        sentence = make_visible(each.replay.sentence)
        console.print(
            Text.assemble((where, "bold"), f" {make_visible(each.replay.graph)}: {sentence}"), soft_wrap=True
        )
    if len(failed) > MOST_LISTED:
        console.print(f"… and {format_count(len(failed) - MOST_LISTED, 'more graph')}: --json lists all")


def _fails(each: StoredReplay) -> bool:
    return each.replay.outcome is not ReplayOutcome.RUNS and not each.replay.reason.startswith("takes ")


def _build_stored_table(found: Iterable[StoredReplay]) -> Table:
    counts = Counter((str(each.version), each.replay.reason or "runs") for each in found)
    versions = list(dict.fromkeys(version for version, _ in counts))
    totals: Counter[str] = Counter()
    for (_, reason), count in counts.items():
        totals[reason] += count
    reasons = [reason for reason, _ in totals.most_common()]
    table = Table(box=None, pad_edge=False)
    table.add_column("golden of")
    for reason in reasons:
        table.add_column(make_visible(reason), justify="right")
    for version in versions:
        table.add_row(version, *(str(counts[version, reason] or "·") for reason in reasons))
    return table


def encode_replayed(replayed: Replayed) -> dict[str, Json]:
    """Encode what running the graphs of drifts showed."""
    return {"torch": replayed.torch, "drifts": list(_encode_drifts(replayed.drifts))}


def _encode_drifts(drifts: Iterable[Drift]) -> Iterator[Json]:
    for drift in drifts:
        replays: list[Json] = [dump_replay(each) for each in drift.replays]
        yield {"case": drift.case, "path": drift.path, "class": drift.kind.value, "replays": replays}


def encode_stored(found: Iterable[StoredReplay]) -> list[Json]:
    """Encode which stored graphs still run."""
    return [
        {
            "case": each.key.case,
            "path": each.key.path,
            "golden_of": str(each.version),
            **dump_replay(each.replay),
        }
        for each in found
    ]
