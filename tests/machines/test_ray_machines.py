"""Checks on a Ray cluster of three machines, all of them processes of this one, by the real command."""

import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ray._private.utils import check_version_info

from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.machines.ray_machines import FOLDER_VARIABLE, _explain_refusal
from tests.end_to_end.example import REPOSITORY, Ended, Example, make_alone, share_environments

HEAD = """
import torch

from graph_goldens import Case, case

PATHS = ("make-fx-real", "make-fx-fake", "make-fx-symbolic")


@case
def branch() -> Case:
    return Case(lambda x: x if x.sum() > 0 else -x, args=(torch.ones(2),), paths=PATHS)


@case
def failure() -> Case:
    def fail(x):
        raise ValueError("no")

    return Case(fail, args=(torch.ones(2),), paths=PATHS)
"""
SUM = """

@case
def sum_{at:02}() -> Case:
    return Case(lambda x: (x + {at}).sin(), args=(torch.ones(2, {at}),), paths=PATHS)
"""
# Enough of them for two orders.
PROGRAMS = HEAD + "".join(SUM.format(at=at) for at in range(1, 33))
# The program ends what Ray runs the order in, wherever it is captured; on one machine there is none.
KILLER = """
import os
import signal
from pathlib import Path

import torch

from graph_goldens import Case, case


def kill(x):
    pid = os.getpid()
    while pid > 1:
        if b"ray::" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return x.sin()


@case
def killing() -> Case:
    return Case(kill, args=(torch.ones(2),), paths=("make-fx-real",))
"""
NO_UV = "raise ModuleNotFoundError(\"No module named 'uv'\", name='uv')\n"
RAY = Path(sys.executable).with_name("ray")


def find_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Machines:
    """A cluster whose head does no orders, and machines that each do one at a time; all are processes."""

    folder: Path
    port: int = field(default_factory=find_port)
    client: int = field(default_factory=find_port)
    started: list["subprocess.Popen[str]"] = field(default_factory=list)
    names: Iterator[int] = field(default_factory=itertools.count)

    @property
    def variables(self) -> dict[str, str]:
        """What tells the command where the cluster is."""
        return {"RAY_ADDRESS": f"127.0.0.1:{self.port}"}

    def start_head(self) -> None:
        options = ("--head", f"--port={self.port}", f"--ray-client-server-port={self.client}")
        self._start(*options, "--num-cpus=0", "--include-dashboard=false")

    def add(self, **variables: str) -> None:
        """Add a machine, which keeps its environments in a folder of its own."""
        own = self.folder / f"machine-{next(self.names)}"
        own.mkdir()
        share_environments(own)
        named = {FOLDER_VARIABLE: str(own / ".goldens"), **variables}
        self._start(f"--address=127.0.0.1:{self.port}", "--num-cpus=1", **named)

    def _start(self, *options: str, **variables: str) -> None:
        command = [str(RAY), "start", "--block", "--disable-usage-stats", f"--object-store-memory={80 << 20}"]
        others = {"RAY_TMPDIR": str(self.folder / "ray"), "RAY_worker_niceness": "0", **variables}
        process = subprocess.Popen(
            [*command, *options], env={**os.environ, **others}, stdout=subprocess.PIPE, text=True
        )
        self.started.append(process)
        assert process.stdout is not None
        assert any("Ray runtime started" in line for line in process.stdout), options

    def kill(self, process: "subprocess.Popen[str]") -> None:
        """Lose a machine: nothing that ran on it ends by itself."""
        self.started.remove(process)
        for pid in [*find_descendants(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.communicate()

    def close(self) -> None:
        for process in reversed(self.started[:]):
            self.kill(process)


def find_descendants(pid: int) -> list[int]:
    """List the processes that one started, theirs included."""
    children: dict[int, list[int]] = defaultdict(list)
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            number, parent = int(file.parent.name), int(file.read_text().rpartition(")")[2].split()[1])
            children[parent].append(number)
    found = [pid]
    for each in found:
        found += children[each]
    return found[1:]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    open_environment(describe_release("2.13.0"), REPOSITORY / ".goldens", print)
    with tempfile.TemporaryDirectory(prefix="gg", dir="/tmp") as folder:  # sockets have short names
        started = Machines(Path(folder))
        try:
            started.start_head()
            started.add()
            started.add()
            yield started
        finally:
            started.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A project that was checked on one machine; what it captured there is not reused."""
    example = make_alone(
        tmp_path_factory.mktemp("project"), {"p/programs.py": PROGRAMS, "q/killer.py": KILLER}
    )
    example.run("update", "--no-cache", code=0)
    example.run("check", "--no-cache", code=0)
    return example


def read_records(example: Example, pack: str = "") -> bytes:
    """Read the records of the last run, without how long each took and what it printed."""
    run = example.root / ".goldens" / "runs" / "torch-2.13.0+cpu.jsonl"
    captures = [json.loads(line) for line in run.read_bytes().splitlines()[1:-1]]
    chosen = [each for each in captures if each["record"]["case"].startswith(pack)]
    assert chosen
    return json.dumps([[each["record"], each["broken"], each["fault"]] for each in chosen]).encode()


def kill_when(machines: Machines, example: Example, said: str, *arguments: str) -> Ended:
    """Run a command, and kill a machine once the command has said something."""
    process = example.start(*arguments, **machines.variables)
    assert process.stderr is not None
    heard = []
    for line in process.stderr:
        heard.append(line)
        if re.search(said, line):
            machines.kill(machines.started[1])
            said = "nothing more"
    output, rest = process.communicate(timeout=300)
    assert said == "nothing more", heard
    return Ended(process.returncode, output, "".join(heard) + rest)


@pytest.mark.parametrize("client", [False, True])
def test_machines_give_the_records_of_one(machines: Machines, alone: Example, client: bool) -> None:
    alone.run("check", "p", "--no-cache", code=0)
    expected = read_records(alone, "p/")
    on = f"ray://127.0.0.1:{machines.client}" if client else "ray"
    ended = alone.run("check", "p", "--on", on, code=0, **machines.variables)
    assert "✓ 102 the same as their goldens" in ended.output
    assert "captures on 2 machines with 2 cores" in ended.errors
    assert "capturing: 102/102" in ended.errors
    assert "(raylet)" not in ended.errors, "Ray's own words stay away"
    assert read_records(alone, "p/") == expected


def test_a_machine_that_is_lost_changes_nothing(machines: Machines, alone: Example) -> None:
    machines.add()
    ended = kill_when(machines, alone, r"capturing: 10/102", "check", "p", "--on", "ray")
    assert ended.code == 0, ended.errors
    assert "✓ 102 the same as their goldens" in ended.output


def test_what_kills_each_machine_is_a_crash_of_its_own_records(machines: Machines, alone: Example) -> None:
    alone.run("check", "p/sum_0*", "q", "--on", "ray", code=1, **machines.variables)
    (crashed,) = (each[0] for each in json.loads(read_records(alone)) if each[0]["outcome"] == "crash")
    assert (crashed["case"], crashed["path"]) == ("q/killing", "make-fx-real")
    assert crashed["reason"] == "what ran it, or its machine, was lost 3 times"


def test_without_a_cluster_a_sentence_says_so(alone: Example) -> None:
    ended = alone.run("check", "--on", "ray", code=2, RAY_ADDRESS="127.0.0.1:1")
    assert "no Ray cluster at 127.0.0.1:1" in ended.last_error
    ended = alone.run("check", "--on", "ray://127.0.0.1:1", code=2)
    assert "no Ray cluster at ray://127.0.0.1:1" in ended.last_error


def test_a_machine_without_uv_is_told_with_what_installs_it(
    machines: Machines, alone: Example, tmp_path: Path
) -> None:
    (tmp_path / "uv.py").write_text(NO_UV)
    machines.add(PYTHONPATH=str(tmp_path))
    for machine in machines.started[1:-1]:
        machines.kill(machine)
    ended = alone.run("check", "p", "--on", "ray", code=70, **machines.variables)
    assert "a machine of the Ray cluster has no package uv" in ended.last_error
    assert "pip install 'graph-goldens[ray]'" in ended.last_error


def test_other_versions_than_the_cluster_s_are_told_in_a_sentence() -> None:
    with pytest.raises(RuntimeError) as raised:
        check_version_info({"ray_version": "2.1.0", "python_version": "3.9.1"}, "Ray Client")
    assert re.fullmatch(
        r"the cluster has Ray 2\.1\.0 and Python 3\.9\.1, and here are Ray \S+ and Python \S+; both must be "
        r"the same: install ray==2\.1\.0 in a Python 3\.9\.1 here",
        _explain_refusal(raised.value),
    )
