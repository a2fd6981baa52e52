"""A small project in a temporary folder, and the real command run in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from graph_goldens.cli.main import app
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment import _name_info_file
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.runs.seal import seal_lines
from tests.end_to_end.on_disk import find_changes, find_forbidden, list_disk

REPOSITORY = Path(__file__).parents[2]
SHARED = ("envs", "caches", "worker-path")
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
    changes: Mapping[str, str] = field(default_factory=dict)
    """What it changed outside the working folder: each path with `added`, `removed` or `changed`."""

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
        """Run `goldens` and, where `code` is given, demand that it ends so and without a traceback.

        However it ends, it has changed nothing on the disk that its command may not change.
        """
        before = list_disk(self.root)
        process = self.start(*arguments, **variables)
        output, errors = process.communicate(timeout=_SECONDS)
        changes = find_changes(before, list_disk(self.root))
        ended = Ended(process.returncode, output, errors, changes)
        assert find_forbidden(arguments[0], arguments, changes) == {}
        assert "Traceback (most recent call last)" not in errors, errors
        assert code in (None, ended.code), f"{arguments} ended with {ended.code}\n{output}\n{errors}"
        return ended

    def run_here(self, *arguments: str, code: int, **variables: str) -> Ended:
        """Run `goldens` in this process, which is much quicker, and demand that it ends so."""
        with chdir(self.root):
            result = CliRunner().invoke(
                app, arguments, env={"COLUMNS": "120", **variables}, catch_exceptions=False
            )
        assert result.exit_code == code, f"{arguments} ended with {result.exit_code}\n{result.output}"
        return Ended(result.exit_code, result.stdout, result.stderr)

    def pytest(self, *arguments: str) -> Ended:
        """Run pytest as a person who writes tests does."""
        process = self._start("pytest", "-p", "no:cacheprovider", *arguments)
        output, errors = process.communicate(timeout=_SECONDS)
        return Ended(process.returncode, output, errors)

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        return self._start("graph_goldens.cli", *arguments, **variables)

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

    def keep(self) -> "Example":
        """Keep the project as it is now, with all that is known of its captures."""
        shutil.copytree(self.root, self._kept, symlinks=True)
        return self

    def restored(self) -> "Example":
        """Make the project again what it was when it was kept: in the same place, so that captures hold."""
        shutil.rmtree(self.root)
        shutil.copytree(self._kept, self.root, symlinks=True)
        return self

    @property
    def _kept(self) -> Path:
        return self.root.with_name(f"{self.root.name}.kept")


def make_example(root: Path, files: Mapping[str, str]) -> Example:
    """Make a project with some files below its `cases/`."""
    settings = f'[tool.goldens]\nworking = "{REPOSITORY / ".goldens"}"\nsupported = ["2.12.1", "2.13.0"]\n'
    example = Example(root).write({"pyproject.toml": settings})
    return example.write({f"cases/{name}": text for name, text in files.items()})


def make_alone(root: Path, files: Mapping[str, str], settings: str = "") -> Example:
    """Make a project whose working folder is its own but for the environments and Python's bytecode."""
    table = f'[tool.goldens]\nsupported = ["2.12.1", "2.13.0"]\n{settings}'
    example = Example(root).write({"pyproject.toml": table})
    share_environments(root)
    return example.write({f"cases/{name}": text for name, text in files.items()})


@cache
def make_shared_environment() -> None:
    """Make the default PyTorch's environment: projects link to it, and a link needs something to point at."""
    working = REPOSITORY / ".goldens"
    (working / "caches").mkdir(parents=True, exist_ok=True)
    make_worker_path(working)
    open_environment(describe_release("2.13.0"), working, print)


def share_environments(root: Path) -> None:
    """Give a project a working folder of its own but for the environments and Python's bytecode."""
    make_shared_environment()
    working = root / ".goldens"
    working.mkdir()
    for shared in SHARED:
        (working / shared).symlink_to(REPOSITORY / ".goldens" / shared)
    for folder in ("envs", "worker-path"):
        share_bytecode(working / folder, REPOSITORY / ".goldens" / folder)
    _describe_environment(working)


def share_bytecode(folder: Path, original: Path) -> None:
    """Let a folder of links have the bytecode of what it links to, which is kept by path and slow to make."""
    kept, shared = bytecode_of(folder), bytecode_of(original)
    shared.mkdir(parents=True, exist_ok=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.symlink_to(shared)


def bytecode_of(folder: Path) -> Path:
    """Where workers keep the bytecode of a folder's sources."""
    return REPOSITORY / ".goldens" / "caches" / "bytecode" / folder.relative_to("/")


def _describe_environment(working: Path) -> None:
    """Note what the environment is, as this repository knows: to ask it again means to import torch again."""
    known, own = (folder / "envs" / "torch-2.13.0" for folder in (REPOSITORY / ".goldens", working))
    text = _name_info_file(known / "bin" / "python", REPOSITORY / ".goldens").read_text()
    file = _name_info_file(own / "bin" / "python", working)
    file.parent.mkdir()
    file.write_text(text.replace(str(known), str(own)))


def reseal(text: str) -> str:
    """Give an edited run the last line that fits it, as whoever forges one would."""
    return "".join(seal_lines(text.splitlines()[:-1]))


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
