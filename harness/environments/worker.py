"""Run a worker in an environment: read which cases there are, ask for captures, leave nothing behind."""

import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType

from harness.environments.environment import Environment
from harness.environments.files import last_line, log_file, told_in_a_sentence
from harness.environments.libraries import Library, cancel
from harness.environments.lines import Lines, LineTooLongError, NoLineInTimeError
from harness.environments.messages import (
    Listing,
    MessageError,
    read_answer,
    read_hello,
    read_import,
    read_listing,
)
from harness.environments.processes import Guarded, ending, start
from harness.environments.variables import capture_variables, make_capture_folders
from harness.environments.worker_path import make_worker_path
from harness.errors import ToolError, UserError
from harness.records import Capture

LONGEST_LINE = 64 << 20
DEFAULT_MEMORY = 4 << 30
_START_SECONDS = 600.0
_IMPORT_SECONDS = 120.0
_GRACE_SECONDS = 120.0
_PROGRAM = ("-m", "harness.worker")


class Worker:
    """A worker that said hello and listed its cases; use it in a `with` block.

    Attributes:
        hello: what its environment is.
        listing: its cases.
        log: file of what it and the case modules write to standard error.
    """

    def __init__(self, process: Guarded, name: str, log: Path, libraries: Iterable[Library] = ()) -> None:
        assert process.process.stdin is not None
        assert process.process.stdout is not None
        self.log = log
        self._name = name
        self._guarded = process
        self._requests = process.process.stdin
        self._lines = Lines(process.process.stdout, LONGEST_LINE)
        self._asked = False
        self._importing = ""
        try:
            self.hello = read_hello(self._line(_START_SECONDS))
            self._ask({"load": [str(library.result()) for library in libraries]})
            self.listing = self._listed()
        except MessageError as error:
            raise self._nonsense(error) from None

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
        keys: Sequence[tuple[str, str]],
        timeout: float,
        *,
        memory: int = DEFAULT_MEMORY,
        expected: Mapping[tuple[str, str], str] = MappingProxyType({}),
    ) -> Generator[Capture, None, None]:
        """Yield a capture of each case and tracing path, in the order in which they finish.

        A caller that stops before the last one ends the worker.

        Args:
            keys: names of case and tracing path.
            timeout: seconds that one capture may take.
            memory: bytes that one capture, and what it starts, may use beyond the worker's own.
            expected: digests of known records; confirming one takes half the time of a capture.

        Raises:
            ToolError: the worker died, sent nothing for too long, or sent something unexpected.
        """
        if self._asked:
            raise ToolError(f"{self._name} has not finished its last captures")
        self._asked = True
        wanted = [[*key, expected.get(key, "")] for key in keys]
        self._ask({"capture": wanted, "timeout": timeout, "memory": memory})
        try:
            while (capture := self._answer(timeout + _GRACE_SECONDS)) is not None:
                yield capture
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
            raise self._death() from None

    def _listed(self) -> Listing:
        """Read which case modules are imported, and finally the cases."""
        while module := read_import(line := self._line(_IMPORT_SECONDS)):
            self._importing = module
        self._importing = ""
        return read_listing(line)

    def _answer(self, seconds: float) -> Capture | None:
        try:
            return read_answer(self._line(seconds))
        except MessageError as error:
            raise self._nonsense(error) from None

    def _line(self, seconds: float) -> bytes:
        try:
            line = self._lines.next(seconds)
        except LineTooLongError:
            raise self._nonsense(f"a line of more than {LONGEST_LINE >> 20} MiB") from None
        except NoLineInTimeError:
            self.close()
            if self._importing:
                raise self._unusable(f"its import takes more than {seconds:.0f} seconds") from None
            raise ToolError(
                f"{self._name} sent nothing for {seconds:.0f} seconds; {self._its_log()}"
            ) from None
        if line is None:
            raise self._death()
        return line

    def _death(self) -> ToolError | UserError:
        self.close()
        how = ending(self._guarded.wait())
        if self._importing:
            return self._unusable(f"its import ends with {how}")
        return ToolError(f"{self._name} ended with {how}; {self._its_log()}")

    def _nonsense(self, what: object) -> ToolError:
        self.close()
        return ToolError(f"{self._name} sent something that is not an answer: {what}; {self._its_log()}")

    def _unusable(self, why: str) -> UserError:
        return UserError(f"the case module {self._importing} cannot be used: {why}; {self._its_log()}")

    def _its_log(self) -> str:
        last = last_line(self.log)
        return f"{last!r} is the last line of its log {self.log}" if last else f"its log {self.log} is empty"


def start_worker(
    environment: Environment,
    cases: Path,
    folder: Path,
    *,
    jobs: int = 1,
    hash_seed: int = 0,
    libraries: Mapping[str, Library] | None = None,
    others: Mapping[str, str] | None = None,
    program: Sequence[str] = _PROGRAM,
) -> Worker:
    """Start a worker and read its cases, which takes as long as importing torch and the case modules.

    It waits for libraries that are still being compiled only once torch is imported.

    Args:
        environment: what it runs in.
        cases: folder of packs.
        folder: the working folder.
        jobs: captures at once.
        hash_seed: seed of Python's hashes.
        libraries: the packs' libraries, compiled or being compiled.
        others: environment variables that differ from those of every other capture, to prove that they
            do not matter.
        program: arguments of the interpreter that start a worker.

    Raises:
        UserError: importing a case module ends the worker, or does not end.
        ToolError: it does not start, or a library does not compile.
    """
    libraries = libraries or {}
    name = f"the worker of {environment.name}"
    try:
        with told_in_a_sentence(f"start {name}"):
            folder = folder.resolve()
            variables = capture_variables(folder, make_worker_path(folder), hash_seed)
            variables |= others or {}
            make_capture_folders(variables)
            log = log_file(folder, f"worker-{environment.name}-{hash_seed}")
            options = ["--cases", str(cases.resolve()), "--jobs", str(jobs)]
            command = [str(environment.python), *program, *options]
            process = start(command, variables, Path(variables["HOME"]), log=log, talks=True)
    except BaseException:
        cancel(libraries.values())
        raise
    try:
        return Worker(process, name, log, libraries.values())
    except BaseException:
        cancel(libraries.values())
        process.kill()
        raise
