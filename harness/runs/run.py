"""A run: the records of one environment, kept as one file of JSON lines."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from harness.environments import Hello
from harness.errors import ToolError, UserError
from harness.records import Capture, Json, RecordError, capture_from_line, capture_to_line
from harness.runs.selection import Key, Selection, select
from harness.versions import parse_version

FORMAT = 1


@dataclass(frozen=True)
class Run:
    """The captures of one environment.

    Attributes:
        environment: what the environment is: torch, git, python, platform, switches, as its worker said.
        captures: a capture for each case and tracing path that was asked for, in that order.
        complete: whether it holds all that there was to capture.
        seconds: wall time of the whole capture.
        reused: how many of the captures were made by an earlier command.
    """

    environment: Mapping[str, Json]
    captures: Mapping[Key, Capture] = field(default_factory=dict)
    complete: bool = False
    seconds: float = 0.0
    reused: int = 0

    def chosen(self, selection: Selection) -> "Run":
        """Give the part of the run that is selected."""
        keys = select(list(self.captures), selection)
        complete = self.complete and selection.everything
        return replace(self, captures={key: self.captures[key] for key in keys}, complete=complete)

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
    """Give what a worker said about its environment as JSON."""
    fields = asdict(hello)
    del fields["paths"]
    return fields


def save_run(run: Run, folder: Path) -> Path:
    """Write a run below the working folder, whole or not at all, and give its file.

    Raises:
        ToolError: it cannot be written.
    """
    file = folder / "runs" / f"torch-{run.torch}.jsonl"
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    header = {
        "run": FORMAT,
        "environment": dict(run.environment),
        "complete": run.complete,
        "seconds": run.seconds,
    }
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as stream:
            stream.write(json.dumps(header) + "\n")
            stream.writelines(capture_to_line(capture) + "\n" for capture in run.captures.values())
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise ToolError(f"cannot write the run {file}: {error.strerror or error}") from None
    return file


def load_run(file: Path) -> Run:
    """Read a run that `save_run` wrote, here or elsewhere.

    Raises:
        UserError: the file is not a run.
    """
    try:
        header, *lines = file.read_text(encoding="utf-8").splitlines()
        fields = json.loads(header)
        captures = [capture_from_line(line) for line in lines]
        environment = fields["environment"]
        parse_version(str(environment["torch"]))
        return Run(
            environment=environment,
            captures={capture.record.key: capture for capture in captures},
            complete=fields["complete"] is True,
            seconds=float(fields["seconds"]),
        )
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror or error}") from None
    except (ValueError, LookupError, TypeError, RecordError) as error:
        raise UserError(f"{file} is not a run of goldens: {error}") from None
