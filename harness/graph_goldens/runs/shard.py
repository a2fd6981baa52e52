"""Split what is to be captured among machines that know nothing of each other but the same rule."""

import hashlib
import heapq
import json
import re
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph_goldens.cases.path_rows import PATH_ROWS
from graph_goldens.errors import UserError
from graph_goldens.json_reading import JsonError, convert_json
from graph_goldens.keys import Key
from graph_goldens.records import Json, RecordError
from graph_goldens.runs.revision import Revision

MOST_SHARDS = 1000

SECONDS = {row.name: row.seconds for row in PATH_ROWS.values()}

_DIGEST_LENGTH = 16
_SHARD = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


@dataclass(frozen=True)
class Part:
    """Which part of a whole a person asked for.

    Attributes:
        number: which part, from 1.
        count: of how many.
        seconds: how long captures took before; where it says nothing, medians of tracing paths do.
    """

    number: int
    count: int
    seconds: Mapping[Key, float] = field(default_factory=dict)

    def take(self, keys: Sequence[Key], *, complete: bool, revision: Revision) -> "tuple[list[Key], Shard]":
        """Take this part of what is to be captured, in its order.

        Args:
            keys: the whole, which all machines must list alike.
            complete: whether the whole is all that there is to capture.
            revision: the revision of the cases and of the tool.
        """
        parts = split(keys, self.count, self.seconds)
        chosen = set(parts[self.number - 1])
        positions = tuple(at for at, key in enumerate(keys) if key in chosen)
        shard = Shard(self.number, self.count, _digest(parts), positions, len(keys), complete, revision)
        return [keys[at] for at in positions], shard


@dataclass(frozen=True)
class Shard:
    """What a run is part of.

    Attributes:
        number: which part it is, from 1.
        count: of how many.
        plan: digest of how the whole was split, the same for all parts.
        positions: where its captures stand in the whole.
        total: how many captures the whole has.
        complete: whether the whole is all that there is to capture.
        revision: the revision of the cases and of the tool.
    """

    number: int
    count: int
    plan: str
    positions: tuple[int, ...]
    total: int
    complete: bool
    revision: Revision

    @property
    def title(self) -> str:
        """The shard in words."""
        return f"shard {self.number} of {self.count}"


def parse_part(text: str, seconds: Mapping[Key, float]) -> Part:
    """Read what a person typed, such as `3/8`.

    Raises:
        UserError: the text does not name a part.
    """
    match = _SHARD.fullmatch(text)
    if not match or not int(match[1]) <= int(match[2]) <= MOST_SHARDS:
        raise UserError(
            f"{text!r} is not a shard; give one such as 3/8, the third of eight, of {MOST_SHARDS} at most"
        )
    return Part(int(match[1]), int(match[2]), seconds)


def split(keys: Sequence[Key], count: int, seconds: Mapping[Key, float]) -> list[list[Key]]:
    """Split captures so that all parts take about as long: the longest first, each to the least loaded part.

    This depends on its arguments alone, so all machines arrive at the same parts.
    """
    weights = _weigh(keys, seconds)
    parts: list[list[Key]] = [[] for _ in range(count)]
    loads = [(0.0, 0, part) for part in range(count)]  # a heap: what a part takes, its captures, the part
    for key in sorted(keys, key=lambda key: (-weights[key], key)):
        load, held, least = loads[0]
        parts[least].append(key)
        heapq.heapreplace(loads, (load + weights[key], held + 1, least))
    return parts


def _weigh(keys: Sequence[Key], seconds: Mapping[Key, float]) -> dict[Key, float]:
    """Estimate how long captures take: as measured, else as their tracing path does, else as any."""
    by_path: dict[str, list[float]] = defaultdict(list)
    for (_, path), measured in seconds.items():
        by_path[path].append(measured)
    medians = {**SECONDS, **{path: statistics.median(each) for path, each in by_path.items()}}
    otherwise = statistics.median(medians.values())
    return {key: seconds.get(key, medians.get(key[1], otherwise)) for key in keys}


def _digest(parts: Sequence[Sequence[Key]]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGEST_LENGTH]


@dataclass(frozen=True)
class _ShardFields:
    """A shard as a run's file holds it."""

    number: int
    count: int
    plan: str
    positions: tuple[int, ...]
    total: int
    complete: bool
    cases: str
    tool: str


def shard_to_json(shard: Shard) -> dict[str, Json]:
    """Turn a shard into a JSON object; `read_shard` reads it back."""
    return {
        "number": shard.number,
        "count": shard.count,
        "plan": shard.plan,
        "positions": list(shard.positions),
        "total": shard.total,
        "complete": shard.complete,
        "cases": shard.revision.cases,
        "tool": shard.revision.tool,
    }


def read_shard(value: object, captures: int) -> Shard:
    """Read a shard of a run with a known number of captures.

    Raises:
        RecordError: the value is not what `shard_to_json` writes, or does not fit the captures.
    """
    try:
        given = convert_json(value, _ShardFields)
    except JsonError as error:
        raise RecordError(f"`shard` is not the description of a shard: {error}") from None
    positions = tuple(at for at in given.positions if 0 <= at < given.total)
    if len(set(positions)) != captures or len(given.positions) != captures:
        raise RecordError("`shard` does not say where each of the captures stands in the whole")
    if not 1 <= given.number <= given.count <= MOST_SHARDS:
        raise RecordError(f"`shard` is number {given.number} of {given.count}")
    revision = Revision(given.cases, given.tool)
    return Shard(given.number, given.count, given.plan, positions, given.total, given.complete, revision)
