"""Run a worker in an environment: read which cases there are, ask for captures, leave nothing behind."""

import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from graph_goldens.cases.case_folders import CaseFolders, list_case_options
from graph_goldens.cases.packs import ALL_PACKS, PackChoice
from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import Library, cancel
from graph_goldens.environments.limits import DEFAULT_MEMORY, DEFAULT_SECONDS
from graph_goldens.environments.logs import make_log, read_last_line
from graph_goldens.environments.own_code import NO_OWN_CODE, OwnCode
from graph_goldens.environments.pipe_lines import Lines, LineTooLongError, NoLineInTimeError
from graph_goldens.environments.processes import Guarded, describe_ending, start
from graph_goldens.environments.worker_messages import (
    IMPORTING,
    CaseListing,
    MessageError,
    SharedReads,
    read_answer,
    read_hello,
    read_listing,
    read_step,
)
from graph_goldens.environments.worker_path import make_worker_path
from graph_goldens.errors import ToolError
from graph_goldens.files import explain_os_error
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.words import format_count

LONGEST_LINE = 64 << 20
_START_SECONDS = 600.0
_GRACE_SECONDS = 120.0
_BUILT_TOGETHER = 16


class UnusableModuleError(ToolError):
    """Importing a case module ended a worker, or did not end.

    Attributes:
        module: the case module, relative to the folder of packs.
        why: what happened.
    """

    def __init__(self, module: str, why: str) -> None:
        super().__init__(f"the case module {module} cannot be used: {why}")
        self.module = module
        self.why = why


class Worker:
    """A worker that said hello and listed its cases; use it in a `with` block.

    Attributes:
        hello: what its environment is.
        listing: its cases.
        log: file of what it and the case modules write to standard error.
    """

    def __init__(
        self,
        process: Guarded,
        name: str,
        log: Path,
        libraries: Iterable[Library] = (),
        seconds: float = DEFAULT_SECONDS,
    ) -> None:
        assert process.process.stdin is not None
        assert process.process.stdout is not None
        self.log = log
        self._name = name
        self._guarded = process
        self._requests = process.process.stdin
        self._lines = Lines(process.process.stdout, LONGEST_LINE)
        self._asked = False
        self._importing = ""
        self._seconds = seconds
        try:
            self.hello = read_hello(self._hear_line(_START_SECONDS))
            self._ask({"load": [str(library.await_path()) for library in libraries]})
            self.listing = self._hear_listing()
        except MessageError as error:
            raise self._word_nonsense(error) from None

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return not self._guarded.running

    def capture(
        self,
        keys: Sequence[Key],
        timeout: float,
        *,
        memory: int = DEFAULT_MEMORY,
    ) -> Generator[Capture, None, None]:
        """Yield a capture of each case and tracing path, in the order in which they finish.

        A caller that stops before the last one ends the worker.

        Args:
            keys: names of case and tracing path.
            timeout: seconds that one capture may take.
            memory: bytes that one capture, and what it starts, may use beyond the worker's own.

        Raises:
            ToolError: the worker died, sent nothing for too long, or sent something unexpected.
        """
        if self._asked:
            raise ToolError(f"{self._name} has not finished its last captures")
        self._asked = True
        self._ask({"capture": list(keys), "timeout": timeout, "memory": memory})
        try:
            waiting, shared = set(keys), SharedReads()
            while (answer := self._hear_answer(timeout + _GRACE_SECONDS)) is not None:
                if isinstance(answer, SharedReads):
                    shared = answer
                    continue
                if answer.record.key not in waiting:
                    raise self._word_nonsense(f"a record of {answer.record.key}, which was not asked for")
                waiting.remove(answer.record.key)
                yield shared.add_to(answer)
            if waiting:
                left = format_count(len(waiting), "record")
                raise self._word_nonsense(f"the end of its answer, without {left}")
            self._asked = False
        finally:
            if self._asked:
                self.close()

    def close(self) -> None:
        """End the worker and all that it started, at once: unloading torch would take seconds."""
        self._guarded.kill()

    def _ask(self, request: Mapping[str, object]) -> None:
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
        except (BrokenPipeError, ValueError):
            raise self._word_death() from None

    def _hear_listing(self) -> CaseListing:
        """Read which case modules are imported and which cases built, and finally the cases."""
        seconds = _START_SECONDS  # libraries are loaded first, and PyTorch is warmed up
        while step := read_step(line := self._hear_line(seconds)):
            what, name = step
            self._importing = name if what == IMPORTING else ""
            seconds = self._seconds if self._importing else self._seconds * _BUILT_TOGETHER + _GRACE_SECONDS
        self._importing = ""
        return read_listing(line)

    def _hear_answer(self, seconds: float) -> Capture | SharedReads | None:
        try:
            return read_answer(self._hear_line(seconds))
        except MessageError as error:
            raise self._word_nonsense(error) from None

    def _hear_line(self, seconds: float) -> bytes:
        try:
            line = self._lines.read_line(seconds)
        except LineTooLongError:
            raise self._word_nonsense(f"a line of more than {LONGEST_LINE >> 20} MiB") from None
        except NoLineInTimeError:
            self.close()
            if self._importing:
                raise self._word_unusable(f"its import takes more than {seconds:.0f} seconds") from None
            raise ToolError(
                f"{self._name} sent nothing for {seconds:.0f} seconds; {self._word_log()}"
            ) from None
        if line is None:
            raise self._word_death()
        return line

    def _word_death(self) -> ToolError:
        self.close()
        how = describe_ending(self._guarded.wait())
        if self._importing:
            return self._word_unusable(f"its import ends with {how}")
        return ToolError(f"{self._name} ended with {how}; {self._word_log()}")

    def _word_nonsense(self, what: object) -> ToolError:
        self.close()
        return ToolError(f"{self._name} sent something that is not an answer: {what}; {self._word_log()}")

    def _word_unusable(self, why: str) -> "UnusableModuleError":
        return UnusableModuleError(self._importing, f"{why}; {self._word_log()}")

    def _word_log(self) -> str:
        last = read_last_line(self.log)
        return f"{last!r} is the last line of its log {self.log}" if last else f"its log {self.log} is empty"


def start_worker(
    environment: Environment,
    cases: CaseFolders,
    folder: Path,
    *,
    jobs: int = 1,
    hash_seed: int = 0,
    libraries: Mapping[str, Library] | None = None,
    others: Mapping[str, str] | None = None,
    program: Sequence[str] = (),
    seconds: float = DEFAULT_SECONDS,
    choice: PackChoice = ALL_PACKS,
    own: OwnCode = NO_OWN_CODE,
) -> Worker:
    """Start a worker and read its cases, which takes as long as importing torch and the case modules.

    It waits for libraries that are still being compiled only once torch is imported. A case module whose
    import ends the worker, or does not end, costs its own cases: another worker is started without it.

    Args:
        environment: what it runs in.
        cases: folder of packs, or several.
        folder: the working folder.
        jobs: captures at once.
        hash_seed: seed of Python's hashes.
        libraries: the packs' libraries, compiled or being compiled.
        others: environment variables that differ from those of every other capture, to prove that they
            do not matter.
        program: arguments of the interpreter that start a worker, if not ours.
        seconds: how long a case module may take to import, and a case to build.
        choice: import name of the folder, and which of its packs are meant.
        own: what else of the project's own code it imports.

    Raises:
        ToolError: it does not start, or a library does not compile.
    """
    libraries = libraries or {}
    unusable: dict[str, str] = {}
    folder = folder.resolve()
    while True:
        try:
            with explain_os_error(f"start the worker of {environment.name}"):
                variables = compose_capture_variables(folder, make_worker_path(folder), hash_seed)
            variables |= {**dict(environment.needs.variables), **(others or {})}
            options = list_case_options(cases)
            options += ["--jobs", str(jobs), "--seconds", str(seconds)]
            options += ["--package", choice.root]
            options += [word for pack in sorted(choice.names or ()) for word in ("--pack", pack)]
            options += own.list_options()
            for module, why in unusable.items():
                options += ["--unusable", module, why]
            command = [str(environment.python), *(program or _find_program(variables)), *options]
            return _start(command, variables, environment.name, folder, hash_seed, libraries, seconds)
        except UnusableModuleError as error:
            if error.module in unusable:
                raise
            unusable[error.module] = error.why


def _find_program(variables: Mapping[str, str]) -> list[str]:
    """Name the script that is a worker, as the worker finds it."""
    return [str(Path(variables["PYTHONPATH"], "graph_goldens", "capture", "worker", "__main__.py"))]


def _start(
    command: Sequence[str],
    variables: dict[str, str],
    environment: str,
    folder: Path,
    hash_seed: int,
    libraries: Mapping[str, Library],
    seconds: float,
) -> Worker:
    """Start one worker, and leave nothing running where that fails."""
    name = f"the worker of {environment}"
    try:
        with explain_os_error(f"start {name}"):
            make_capture_folders(variables)
            log = make_log(folder, f"worker-{environment}-{hash_seed}")
            process = start(command, variables, Path(variables["HOME"]), log=log, talks=True)
    except BaseException:
        cancel(libraries.values())
        raise
    try:
        return Worker(process, name, log, libraries.values(), seconds)
    except UnusableModuleError:  # the libraries serve the next worker
        process.kill()
        raise
    except BaseException:
        cancel(libraries.values())
        process.kill()
        raise
