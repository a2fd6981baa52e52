"""A small project in a temporary folder, and the real command run in it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
_SECONDS = 300


def _heed_interrupts() -> None:
    """Undo what shells do to commands in the background, where tests may run: let them ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    output: str
    errors: str

    @property
    def last_error(self) -> str:
        """The last line of standard error, where the one sentence about a failure stands."""
        return self.errors.strip().splitlines()[-1]

    @property
    def json(self) -> Any:
        return json.loads(self.output)


@dataclass(frozen=True)
class Example:
    """A project that shares this repository's environments, so that each is made once."""

    root: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def write(self, files: Mapping[str, str]) -> "Example":
        for name, text in files.items():
            file = self.root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return self

    def run(self, *arguments: str, code: int | None = None, **variables: str) -> Ended:
        """Run `goldens` and, where `code` is given, demand that it ends so and without a traceback."""
        process = self.start(*arguments, **variables)
        output, errors = process.communicate(timeout=_SECONDS)
        ended = Ended(process.returncode, output, errors)
        assert "Traceback (most recent call last)" not in errors, errors
        assert code in (None, ended.code), f"{arguments} ended with {ended.code}\n{output}\n{errors}"
        return ended

    def pytest(self, *arguments: str) -> Ended:
        """Run pytest as a person who writes tests does."""
        process = self._start("pytest", "-p", "no:cacheprovider", *arguments)
        output, errors = process.communicate(timeout=_SECONDS)
        return Ended(process.returncode, output, errors)

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        return self._start("harness.cli", *arguments, **variables)

    def _start(self, module: str, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=self.root,
            env={
                **os.environ,
                "PYTHONPATH": str(REPOSITORY),
                "COLUMNS": "120",
                **self.variables,
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=_heed_interrupts,
        )

    def goldens(self) -> dict[str, bytes]:
        """Everything that lies below `snapshots/`, hidden files included."""
        files = (self.root / "snapshots").rglob("*")
        return {
            str(file.relative_to(self.root)): file.read_bytes() for file in sorted(files) if file.is_file()
        }

    def golden(self, case: str, path: str) -> Path:
        return self.root / "snapshots" / "torch-2.13.0" / case / f"{path}.md"


def make_example(root: Path, files: Mapping[str, str]) -> Example:
    """Make a project with some files below its `cases/`."""
    settings = f'[tool.goldens]\nworking = "{REPOSITORY / ".goldens"}"\nsupported = ["2.12.1", "2.13.0"]\n'
    example = Example(root).write({"pyproject.toml": settings})
    return example.write({f"cases/{name}": text for name, text in files.items()})


def make_alone(root: Path, files: Mapping[str, str]) -> Example:
    """Make a project whose working folder is its own but for the environments and Python's bytecode."""
    working = root / "working"
    working.mkdir()
    for shared in ("envs", "caches"):
        (working / shared).symlink_to(REPOSITORY / ".goldens" / shared)
    settings = f'[tool.goldens]\nworking = "{working}"\nsupported = ["2.12.1", "2.13.0"]\n'
    example = Example(root).write({"pyproject.toml": settings})
    return example.write({f"cases/{name}": text for name, text in files.items()})


def interrupt_when(process: "subprocess.Popen[str]", said: str) -> Ended:
    """Send Ctrl-C to a command and all that it started, once it has said something."""
    assert process.stderr is not None
    assert process.stdout is not None
    heard = []
    for line in process.stderr:
        heard.append(line)
        if said in line:
            break
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    return Ended(process.returncode, output, "".join(heard) + errors)
