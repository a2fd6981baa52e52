"""Run uv, with its output in a log and, line by line, with whoever waits for it."""

import re
from collections.abc import Callable
from pathlib import Path

from graph_goldens.environments.builds import Indexes
from graph_goldens.environments.logs import make_log
from graph_goldens.environments.processes import start
from graph_goldens.environments.uv_command import compose_uv_environment, find_uv, summarise_uv_output
from graph_goldens.errors import ToolError, UserError

Progress = Callable[[str], None]

# uv's own words: crates/uv-client/src/error.rs (`Failed to fetch`), reqwest's `error sending request`, and
# the hint that goes with a resolution under --offline (crates/uv-resolver/src/pubgrub/report.rs).
_UNREACHABLE = re.compile(
    r"Failed to fetch|error sending request|Request failed after|network (?:was|is) disabled|--offline"
)
# What uv downloads interpreters from (crates/uv-python/src/downloads.rs), and says where it may not.
_NO_PYTHON = re.compile(r"python-build-standalone|No interpreter found")
_NO_SOLUTION = "No solution found"
SAY_INDEX = (
    "name one that can be reached with --index-url or UV_DEFAULT_INDEX, or wheels with --find-links or "
    "UV_FIND_LINKS"
)
_SAY_PYTHON = "put one on PATH, or name another version or the path of an interpreter as `python`"
_REFUSALS = (
    (_NO_PYTHON, "this machine has no such Python, and none can be downloaded", _SAY_PYTHON),
    (_UNREACHABLE, "an index cannot be reached", SAY_INDEX),
)
"""By what uv writes, the first that it holds: what is not to be had here, and the way out."""


class UvError(ToolError):
    """uv failed.

    Attributes:
        summary: what it says in one line.
        unmet: whether it says that no versions of packages fit together, or that one is not offered.
    """

    def __init__(self, what: str, output: str) -> None:
        self.summary = summarise_uv_output(output)
        self.unmet = _NO_SOLUTION in output
        super().__init__(f"{what}: {self.summary}")


class RefusedEnvironmentError(UserError, ToolError):
    """What is asked for is not to be had here: whoever asked can mend it; it costs its environment alone."""


def run_uv(what: str, indexes: Indexes, log: Path, progress: Progress, *arguments: str) -> list[str]:
    """Run uv and return the lines of its output.

    Args:
        what: what fails where uv does, in words.
        indexes: where it looks for packages.
        log: the file that takes its output.
        progress: hears each line.
        arguments: uv's arguments.

    Raises:
        RefusedEnvironmentError: no index can be reached, or there is no such Python.
        UvError: uv fails otherwise.
        ToolError: uv is missing.
    """
    lines: list[str] = []
    command = [find_uv(), *arguments]
    with start(command, compose_uv_environment(indexes), Path.cwd()) as running, log.open("a") as written:
        assert running.process.stdout is not None
        for raw in running.process.stdout:
            lines.append(raw.decode("utf-8", "replace").rstrip())
            written.write(lines[-1] + "\n")
            progress(lines[-1].strip())
        status = running.wait()
    if status:
        _raise_failure(what, "\n".join(lines))
    return lines


def _raise_failure(what: str, output: str) -> None:
    for pattern, why, way_out in _REFUSALS:
        if pattern.search(output):
            raise RefusedEnvironmentError(f"{what}: {why}: {summarise_uv_output(output)}; {way_out}")
    raise UvError(what, output)


def make_uv_log(folder: Path, name: str) -> Path:
    """Make the log of what uv does for an environment."""
    return make_log(folder, f"uv-{name}")
