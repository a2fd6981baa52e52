"""A Ray cluster whose machines are processes of this one, started by `ray start`."""

import itertools
import os
import signal
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graph_goldens.machines.ray_machines import FOLDER_VARIABLE

_STARTS = 5  # a machine that takes more than 30 s to start gives up (ray/_private/node.py)
_STORE = 80 << 20  # bytes
_RAY = Path(sys.executable).with_name("ray")


def find_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Machines:
    """A cluster whose head does no orders, and machines that each do one at a time; all are processes.

    Attributes:
        folder: what Ray writes; of a short name, since sockets lie in it.
        kept: where each machine has a folder for its environments.
        port: where the head listens.
        client: where it listens to clients from outside.
        started: the head, and machines in the order in which they came.
        numbers: the numbers of machines to come.
    """

    folder: Path
    kept: Path
    port: int = field(default_factory=find_port)
    client: int = field(default_factory=find_port)
    started: list["subprocess.Popen[str]"] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def variables(self) -> dict[str, str]:
        """What tells the command where the cluster is."""
        return {"RAY_ADDRESS": f"127.0.0.1:{self.port}"}

    def start_head(self) -> None:
        options = ("--head", f"--port={self.port}", f"--ray-client-server-port={self.client}")
        self._start(*options, "--num-cpus=0", "--include-dashboard=false")

    def add(self, **variables: str) -> None:
        """Add a machine, which keeps its environments in a folder of its own."""
        number = next(self.numbers)
        named = {FOLDER_VARIABLE: str(self.kept / f"machine-{number}"), **variables}
        # A folder of its own, as a machine has: what one unpacks must not appear half done to another.
        temporary = self.folder / f"ray-{number}"
        self._start(f"--address=127.0.0.1:{self.port}", f"--temp-dir={temporary}", "--num-cpus=1", **named)

    def _start(self, *options: str, **variables: str) -> None:
        command = [str(_RAY), "start", "--block", "--disable-usage-stats", f"--object-store-memory={_STORE}"]
        others = {"RAY_TMPDIR": str(self.folder / "ray"), "RAY_worker_niceness": "0", **variables}
        for _ in range(_STARTS):
            process = subprocess.Popen(
                [*command, *options], env={**os.environ, **others}, stdout=subprocess.PIPE, text=True
            )
            self.started.append(process)
            assert process.stdout is not None
            if any("Ray runtime started" in line for line in process.stdout):
                return
            self.kill(process)
        raise AssertionError(options)

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
