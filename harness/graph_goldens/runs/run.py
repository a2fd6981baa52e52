"""A run: the records of one environment, kept as one file of JSON lines."""

import itertools
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from packaging.version import Version

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.environments.worker_messages import Hello
from graph_goldens.errors import UserError
from graph_goldens.files import write_whole
from graph_goldens.json_reading import convert_json
from graph_goldens.keys import Key
from graph_goldens.record_bounds import read_capture, read_json
from graph_goldens.records import Capture, Json, RecordError, dump_capture
from graph_goldens.runs.input_bounds import read_environment, read_lines_within_bounds
from graph_goldens.runs.listed_selection import select_usable
from graph_goldens.runs.seal import seal_lines, unseal_lines
from graph_goldens.runs.selection import Selection
from graph_goldens.runs.shard import Shard, read_shard, shard_to_json
from graph_goldens.versions import parse_version

FORMAT = 3
_LONGEST_HEADER = 16 << 20


@dataclass(frozen=True)
class PackEnvironment:
    """The environment that some packs of a run were captured in.

    Attributes:
        packs: the packs; all where it names none.
        python: its Python's version.
        requires: what the packs require.
        packages: what it holds beside PyTorch for them, such as `einops==0.8.2`.
        unmet: uv's sentence, where the requirements cannot be met.
    """

    packs: tuple[str, ...] = ()
    python: str = ""
    requires: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    unmet: str = ""

    @property
    def sentence(self) -> str:
        """What is special about it, in one line; empty where nothing is."""
        name = ", ".join(self.packs) or "all packs"
        if self.unmet:
            return f"{name}: requirements cannot be met: {self.unmet}"
        return f"{name}: with {', '.join(self.packages)}" if self.packages else ""


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
        mistakes: why cases that were asked for could not be used.
        packs: the environments of its packs, where a project says what they need.
    """

    environment: Mapping[str, Json]
    captures: Mapping[Key, Capture] = field(default_factory=dict)
    complete: bool = False
    seconds: float = 0.0
    reused: frozenset[Key] = frozenset()
    proved: frozenset[Key] = frozenset()
    unstable: frozenset[Key] = frozenset()
    shard: Shard | None = None
    mistakes: tuple[Mistake, ...] = ()
    packs: tuple[PackEnvironment, ...] = ()

    def choose(self, selection: Selection) -> "Run":
        """Return the part of the run that is selected."""
        cases = {key.case for key in self.captures}
        keys, mistakes = select_usable(cases, list(self.captures), self.mistakes, selection)
        return replace(
            self,
            captures={key: self.captures[key] for key in keys},
            complete=self.complete and selection.everything,
            reused=self.reused.intersection(keys),
            proved=self.proved.intersection(keys),
            unstable=self.unstable.intersection(keys),
            mistakes=mistakes,
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


@dataclass(frozen=True)
class _Header:
    """The first line of a run's file, as it was found there."""

    environment: dict[str, Any]
    complete: bool
    seconds: float
    proved: frozenset[Key] = frozenset()
    unstable: frozenset[Key] = frozenset()
    shard: dict[str, Any] | None = None
    mistakes: tuple[Mistake, ...] = ()
    packs: tuple[PackEnvironment, ...] = ()


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
        "saved": time.time_ns(),
        "environment": dict(run.environment),
        "complete": run.complete,
        "seconds": run.seconds,
        "proved": sorted(run.proved),
        "unstable": sorted(run.unstable),
        "shard": shard_to_json(run.shard) if run.shard else None,
        "mistakes": [asdict(mistake) for mistake in run.mistakes],
        "packs": [asdict(each) for each in run.packs],
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


def read_saved_time(file: Path) -> int:
    """Read when a run says it was written, in nanoseconds since 1970; copying changes a file's own times.

    Runs that do not say so, and what is no run, come before all that do.
    """
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            saved = json.loads(stream.readline(_LONGEST_HEADER)).get("saved")
    except (OSError, ValueError, AttributeError):
        return 0
    return saved if isinstance(saved, int) else 0


def _read_header(line: str) -> _Header:
    fields = read_json(line)
    if not isinstance(fields, dict):
        raise RecordError("its first line is not a JSON object")
    if fields.get("run") != FORMAT:
        raise RecordError(
            f"its format is {ascii(fields.get('run'))[:20]}, and this version of the tool reads {FORMAT}; "
            "capture it again with `goldens check`"
        )
    return convert_json(fields, _Header)


def _build_run(header: _Header, captures: Sequence[Capture]) -> Run:
    environment = read_environment(header.environment)
    parse_version(str(environment["torch"]))
    found = {capture.record.key: capture for capture in captures}
    if len(found) < len(captures):
        raise RecordError("it holds two captures of one case and tracing path")
    return Run(
        environment=environment,
        captures=found,
        complete=header.complete and header.shard is None and not header.mistakes,
        seconds=header.seconds,
        proved=header.proved,
        unstable=header.unstable,
        shard=None if header.shard is None else read_shard(header.shard, len(found)),
        mistakes=header.mistakes,
        packs=header.packs,
    )
