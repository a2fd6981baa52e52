"""What accepting clusters did, for people and for programs: what was written, and what waits for what."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.text import Text

from graph_goldens.drift.drift import Change
from graph_goldens.records import Json
from graph_goldens.report.cluster_text import format_cases
from graph_goldens.report.drift_text import shorten_sentence
from graph_goldens.review.decide import Decision
from graph_goldens.review.pending_json import name_file
from graph_goldens.runs.pending import PendingCluster, PendingRecord
from graph_goldens.words import format_count

_LONGEST = 120


def format_decision(decision: Decision, root: Path) -> Iterator[Text]:
    """Yield what became of the records that clusters were accepted in, the files named from a folder."""
    for each in decision.written:
        yield Text(f"~ {name_file(each.change.file, root)}", "green")
    yield Text(f"wrote {format_count(len(decision.written), 'golden')}")
    if decision.waiting:
        yield from _format_waiting(decision)


def describe_accepted(decision: Decision) -> str:
    """Say in a few words how many goldens were written, and how many wait."""
    written, left = f"accepted {format_count(len(decision.written), 'golden')}", len(decision.waiting)
    return f"{written}, {left:,} more wait for other changes" if left else written


def describe_answer(clusters: Sequence[PendingCluster], what: str) -> str:
    """Say what was done about some clusters, and of which kinds they are."""
    return f"{what}: {', '.join(dict.fromkeys(cluster.label for cluster in clusters))}"


def propose_commit(decision: Decision, root: Path, snapshots: Path, because: str) -> str:
    """Propose the command that commits what was written; empty where no git repository holds the project.

    Args:
        decision: what was written.
        root: the project's folder.
        snapshots: the folder of goldens.
        because: the reason that was given, which becomes the message; the number of goldens where none was.
    """
    if not decision.written or not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return ""
    folder = snapshots.relative_to(root) if snapshots.is_relative_to(root) else snapshots
    message = because.strip() or f"Accept {format_count(len(decision.written), 'golden')}"
    return f"git add -- {shlex.quote(str(folder))} && git commit -m {shlex.quote(message)}"


def _format_waiting(decision: Decision) -> Iterator[Text]:
    count = len(decision.waiting)
    changed, are = ("golden has", "is") if count == 1 else ("goldens have", "are")
    yield Text(
        f"{count:,} {changed} other changes too and {are} not written yet; what was accepted is remembered. "
        "Still to accept:",
        "yellow",
    )
    for change, records in _group_waiting(decision):
        yield Text.assemble(("  " + change.fingerprint, "bold cyan"), f" {change.label}: {_say(change)}")
        cases = tuple(dict.fromkeys(each.record.case for each in records))
        yield Text("  ") + format_cases(cases, tuple(dict.fromkeys(each.key.path for each in records)))


def _say(change: Change) -> str:
    return shorten_sentence(change.own[0].sentence, _LONGEST)


def _group_waiting(decision: Decision) -> list[tuple[Change, list[PendingRecord]]]:
    """Group what waits by the changes that it waits for."""
    found: dict[str, tuple[Change, list[PendingRecord]]] = {}
    for record in decision.waiting:
        for change in record.open_changes:
            found.setdefault(change.fingerprint, (change, []))[1].append(record)
    return list(found.values())


def encode_decision(decision: Decision, root: Path) -> dict[str, Json]:
    """Encode what was written, and what waits for which changes."""
    return {
        "written": [
            {**_encode_record(each.record), "golden": name_file(each.change.file, root)}
            for each in decision.written
        ],
        "waiting": [
            {**_encode_record(each), "waits_for": [change.fingerprint for change in each.open_changes]}
            for each in decision.waiting
        ],
    }


def _encode_record(record: PendingRecord) -> dict[str, Json]:
    case, path = record.key
    changes: list[Json] = [change.fingerprint for change in record.drift.changes] if record.drift else []
    return {"case": case, "path": path, "torch": record.torch, "changes": changes}
