"""A run: the records of one environment, kept as one file of JSON lines."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from graph_goldens.environments.worker_messages import Hello
from graph_goldens.errors import UserError
from graph_goldens.files import write_whole
from graph_goldens.keys import Key
from graph_goldens.records import Capture, Json, RecordError, dump_capture
from graph_goldens.runs.input_bounds import (
    read_capture,
    read_environment,
    read_json,
    read_lines_within_bounds,
)
from graph_goldens.runs.seal import seal_lines, unseal_lines
from graph_goldens.runs.selection import Selection, select
from graph_goldens.runs.shard import Shard, shard_from_json, shard_to_json
from graph_goldens.versions import parse_version

FORMAT = 2


@dataclass(frozen=True)
class Run:
    """The captures of one environment.

    Attributes:
        environment: what the environment is: torch, git, python, platform, switches, as its worker said.
        captures: a capture for each case and tracing path that was asked for, in that order.
        complete: whether it holds all that there was to capture.
        seconds: wall time of the whole capture.
        reused: the captures that were made by an earlier command.
        proved: the records that two fresh processes with other hash seeds and orders gave alike.
        unstable: the records that these gave differently. Nothing is known of all others.
        shard: what the run is part of, None where it stands for itself.
    """

    environment: Mapping[str, Json]
    captures: Mapping[Key, Capture] = field(default_factory=dict)
    complete: bool = False
    seconds: float = 0.0
    reused: frozenset[Key] = frozenset()
    proved: frozenset[Key] = frozenset()
    unstable: frozenset[Key] = frozenset()
    shard: Shard | None = None

    def choose(self, selection: Selection) -> "Run":
        """Return the part of the run that is selected."""
        keys = select(list(self.captures), selection)
        return replace(
            self,
            captures={key: self.captures[key] for key in keys},
            complete=self.complete and selection.everything,
            reused=self.reused.intersection(keys),
            proved=self.proved.intersection(keys),
            unstable=self.unstable.intersection(keys),
        )

    @property
    def torch(self) -> str:
        """PyTorch's version, with its local part."""
        return str(self.environment["torch"])

    @property
    def version(self) -> Version:
        """PyTorch's version, in order with others."""
        return parse_version(self.torch)

    @property
    def title(self) -> str:
        """The environment in one line."""
        return f"torch {self.torch} · Python {self.environment['python']} · {self.environment['platform']}"


def describe_environment(hello: Hello) -> dict[str, Json]:
    """Turn what a worker said about its environment into JSON."""
    fields = asdict(hello)
    del fields["paths"]
    return fields


def locate_run(folder: Path, torch: str, shard: Shard | None = None) -> Path:
    """Name the file of the last run of a PyTorch, or of a part, below the working folder."""
    part = f".shard-{shard.number}-of-{shard.count}" if shard else ""
    return folder / "runs" / f"torch-{torch}{part}.jsonl"


def list_runs(folder: Path) -> list[Path]:
    """List the files of all whole runs below the working folder."""
    return sorted(file for file in (folder / "runs").glob("torch-*.jsonl") if ".shard-" not in file.name)


def save_run(run: Run, folder: Path) -> Path:
    """Write a run below the working folder, whole or not at all, and return its file.

    Raises:
        ToolError: it cannot be written.
    """
    file = locate_run(folder, run.torch, run.shard)
    write_run(run, file)
    return file


def write_run(run: Run, file: Path) -> None:
    """Write a run, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    header = {
        "run": FORMAT,
        "environment": dict(run.environment),
        "complete": run.complete,
        "seconds": run.seconds,
        "proved": sorted(run.proved),
        "unstable": sorted(run.unstable),
        "shard": shard_to_json(run.shard) if run.shard else None,
    }
    captures = (dump_capture(capture) for capture in run.captures.values())
    lines = seal_lines(itertools.chain([json.dumps(header)], captures))
    write_whole(file, (line.encode() for line in lines))


def load_run(file: Path) -> Run:
    """Read a run that `save_run` wrote, here or elsewhere; nothing in it is believed before it was looked at.

    Raises:
        UserError: the file is not a run, or it is beyond bounds.
    """
    try:
        lines = unseal_lines(read_lines_within_bounds(file))
        fields = _read_header(next(lines, ""))
        return _build_run(fields, [read_capture(line) for line in lines])
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror or error}") from None
    except (ValueError, LookupError, TypeError, UserError) as error:
        raise UserError(f"{file} is not a run of goldens: {error}") from None


def _read_header(line: str) -> Mapping[str, Json]:
    fields = read_json(line)
    if not isinstance(fields, dict):
        raise RecordError("its first line is not a JSON object")
    if fields.get("run") != FORMAT:
        raise RecordError(
            f"its format is {ascii(fields.get('run'))[:20]}, and this version of the tool reads {FORMAT}; "
            "capture it again with `goldens check`"
        )
    return fields


def _build_run(fields: Mapping[str, Json], captures: Sequence[Capture]) -> Run:
    environment = read_environment(fields.get("environment"))
    parse_version(str(environment["torch"]))
    found = {capture.record.key: capture for capture in captures}
    if len(found) < len(captures):
        raise RecordError("it holds two captures of one case and tracing path")
    shard, seconds = fields.get("shard"), fields["seconds"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise RecordError("`seconds` is not a time")
    return Run(
        environment=environment,
        captures=found,
        complete=fields["complete"] is True and shard is None,
        seconds=float(seconds),
        proved=_read_keys(fields, "proved"),
        unstable=_read_keys(fields, "unstable"),
        shard=None if shard is None else shard_from_json(shard, len(found)),
    )


def _read_keys(fields: Mapping[str, Json], name: str) -> frozenset[Key]:
    """Read a list of cases and tracing paths, which older runs do not have."""
    pairs = fields.get(name, [])
    if not isinstance(pairs, list):
        raise RecordError(f"`{name}` is not a list")
    return frozenset(_read_key(pair) for pair in pairs)


def _read_key(pair: Json) -> Key:
    match pair:
        case [str(case), str(path)]:
            return Key(case, path)
        case _:
            raise RecordError(f"{pair!r} is not a pair of case and tracing path")
