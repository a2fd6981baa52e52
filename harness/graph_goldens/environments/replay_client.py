"""Run stored graphs in an environment: a process that is asked for one record, or one drift, at a time."""

import json
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from graph_goldens.cases.case_folders import CaseFolders, list_case_options
from graph_goldens.cases.root_name import ROOT
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import Library
from graph_goldens.environments.limits import DEFAULT_MEMORY
from graph_goldens.environments.logs import make_log, read_last_line
from graph_goldens.environments.pipe_lines import Lines, LineTooLongError, NoLineInTimeError
from graph_goldens.environments.processes import Guarded, start
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error
from graph_goldens.graphs.replays import Replay, load_replay
from graph_goldens.records import Record, RecordError, dump_record

SECONDS = 60.0
"""Wall time that running one graph, or one pair, may take."""

_LONGEST_LINE = 1 << 20
_START_SECONDS = 600.0
_PROGRAM = ("-m", "graph_goldens.capture.replay")


class ReplayRequest(NamedTuple):
    """What to run: a golden's record and the newer one, or one record alone where `old` is None."""

    old: Record | None
    new: Record


@dataclass(frozen=True)
class ReplayPacks:
    """What may register the operators that graphs call.

    Attributes:
        cases: folder of packs, whose modules are imported where a graph needs them; None for none.
        package: import name of that folder.
        libraries: the packs' C++ libraries, compiled or being compiled.
    """

    cases: CaseFolders | None = None
    package: str = ROOT
    libraries: Collection[Library] = ()

    def list_options(self) -> list[str]:
        """List the options by which the process is told, once the libraries are compiled."""
        options = [*list_case_options(self.cases), "--package", self.package] if self.cases else []
        return options + [word for each in self.libraries for word in ("--library", str(each.await_path()))]


NO_PACKS = ReplayPacks()


def replay_records(
    environment: Environment,
    requests: Sequence[ReplayRequest],
    folder: Path,
    *,
    packs: ReplayPacks = NO_PACKS,
    seconds: float = SECONDS,
    memory: int = DEFAULT_MEMORY,
) -> Generator[tuple[Replay, ...], None, None]:
    """Run graphs in an environment and yield, for each request, what each of its graphs showed.

    Args:
        environment: what they run in.
        requests: what to run; the code of these records is executed.
        folder: the working folder.
        packs: what may register the operators that graphs call.
        seconds: wall time for each graph.
        memory: bytes for each graph beyond what PyTorch takes.

    Raises:
        ToolError: the process does not start, dies, or sends nothing or something unexpected; a library
            does not compile.
    """
    if not requests:
        return
    log = make_log(folder.resolve(), f"replay-{environment.name}")
    with _start(environment, folder.resolve(), packs.list_options(), log) as process:
        assert process.process.stdout is not None
        lines = Lines(process.process.stdout, _LONGEST_LINE)
        for number, request in enumerate(requests):
            _ask(process, request, seconds, memory, log)
            graphs = max(1, len(request.new.artifacts))
            yield _hear(lines, (0 if number else _START_SECONDS) + graphs * (seconds + 5), log)


def _start(environment: Environment, folder: Path, options: Sequence[str], log: Path) -> Guarded:
    with explain_os_error(f"run graphs in {environment.name}"):
        variables = compose_capture_variables(folder, make_worker_path(folder), hash_seed=0)
        variables |= dict(environment.needs.variables)
        make_capture_folders(variables)
        command = [str(environment.python), *_PROGRAM, *options]
        return start(command, variables, Path(variables["HOME"]), log=log, talks=True)


def _ask(process: Guarded, request: ReplayRequest, seconds: float, memory: int, log: Path) -> None:
    message = {
        "old": dump_record(request.old) if request.old else None,
        "new": dump_record(request.new),
        "timeout": seconds,
        "memory": memory,
    }
    stdin = process.process.stdin
    assert stdin is not None
    try:
        stdin.write(json.dumps(message).encode() + b"\n")
        stdin.flush()
    except BrokenPipeError:
        raise _word_failure("ended", log) from None


def _hear(lines: Lines, seconds: float, log: Path) -> tuple[Replay, ...]:
    try:
        line = lines.read_line(seconds)
        if line is None:
            raise _word_failure("ended", log)
        return tuple(load_replay(each) for each in json.loads(line)["replays"])
    except NoLineInTimeError:
        raise _word_failure(f"sent nothing for {seconds:.0f} seconds", log) from None
    except (LineTooLongError, ValueError, LookupError, TypeError, RecordError):
        raise _word_failure("sent something that is not an answer", log) from None


def _word_failure(what: str, log: Path) -> ToolError:
    last = read_last_line(log)
    end = f"{last!r} is the last line of its log {log}" if last else f"its log {log} is empty"
    return ToolError(f"the process that runs graphs {what}; {end}")
