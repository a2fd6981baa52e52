"""What replays showed, kept beside the runs: for a pair of records, whatever runs they come from later."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from graph_goldens.drift.drift import Drift
from graph_goldens.files import read_if_there, write_whole
from graph_goldens.graphs.replays import Replay, dump_replay, load_replay
from graph_goldens.records import Json, Record, RecordError, dump_record

FORMAT = 1

Pair: TypeAlias = tuple[str, str]
KeptReplays: TypeAlias = Mapping[Pair, tuple[Replay, ...]]


def name_pair(drift: Drift) -> Pair:
    """Name the two records of a drift by what was captured."""
    return digest_record(drift.golden), digest_record(drift.record)


def digest_record(record: Record) -> str:
    """Digest what a tracing path captured: all but the revisions of the case's source and of the rules."""
    given = {**dump_record(record), "source": "", "rules": 0}
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()


def locate_replays(folder: Path, torch: str) -> Path:
    """Name the file of what replays under a PyTorch showed, below the working folder."""
    return folder / "runs" / f"torch-{torch}.replays.json"


def load_replays(folder: Path, torch: str) -> KeptReplays:
    """Read what replays under a PyTorch showed; nothing where none was made or the file is broken."""
    content = read_if_there(locate_replays(folder, torch))
    try:
        return {} if content is None else dict(map(_read_entry, _list_entries(json.loads(content))))
    except (ValueError, TypeError, RecursionError):
        return {}


def _list_entries(value: object) -> Iterable[object]:
    if not isinstance(value, dict) or value.get("replays") != FORMAT or not isinstance(value["of"], list):
        raise RecordError("no file of replays")
    return value["of"]


def _read_entry(value: object) -> tuple[Pair, tuple[Replay, ...]]:
    match value:
        case [str(golden), str(record), list(found)]:
            return (golden, record), tuple(load_replay(each) for each in found)
        case _:
            raise RecordError("no entry of a file of replays")


def save_replays(kept: KeptReplays, folder: Path, torch: str) -> None:
    """Write what replays under a PyTorch showed, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    entries: list[Json] = [[*pair, [dump_replay(each) for each in found]] for pair, found in kept.items()]
    content = json.dumps({"replays": FORMAT, "of": entries})
    write_whole(locate_replays(folder, torch), content.encode())
