"""Capture: open an environment, run a worker in it, and collect what it gives."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import harness
from harness.environments import Environment, Worker, start_libraries, start_worker
from harness.errors import UserError
from harness.gate.settings import Project
from harness.records import Capture, Json
from harness.runs.kept import Kept, identity
from harness.runs.run import Run, describe_environment
from harness.runs.selection import Key, Selection, select

FIRST_SEED = 0
SECOND_SEED = 1


class Watcher(Protocol):
    """Who is told what goes on."""

    def note(self, text: str) -> None:
        """Hear what is being done now."""

    def begin(self, what: str, total: int) -> None:
        """Hear that so many captures are to come."""

    def captured(self, capture: Capture) -> None:
        """Hear of one more capture."""


@dataclass(frozen=True)
class Capturing:
    """What captures are made with.

    Attributes:
        project: the project.
        environment: the environment.
        watcher: who is told what goes on.
        reuse: whether captures of before are good enough where nothing that they depend on has changed.
    """

    project: Project
    environment: Environment
    watcher: Watcher
    reuse: bool = False

    def run(self, selection: Selection) -> Run:
        """Capture what is selected.

        Raises:
            UserError: a case module is broken, or the selection matches nothing.
            ToolError: the worker failed.
        """
        start = time.perf_counter()
        with self.worker(FIRST_SEED) as worker:
            keys = select(listed_keys(worker), selection)
            environment = describe_environment(worker.hello)
            kept = self._kept(environment)
            reused = self._reusable(worker, kept, keys)
            fresh = self.collect(worker, "capturing", [key for key in keys if key not in reused], kept.add)
        captures = {key: reused.get(key) or fresh[key] for key in keys}
        return Run(environment, captures, selection.everything, time.perf_counter() - start, len(reused))

    def _kept(self, environment: Mapping[str, Json]) -> Kept:
        name = f"{self.environment.name}-{environment['python']}-{environment['platform']}.jsonl"
        return Kept(self.project.working / "captures" / name, identity(environment, capturing_sources()))

    def _reusable(self, worker: Worker, kept: Kept, keys: Sequence[Key]) -> dict[Key, Capture]:
        if not self.reuse:
            return {}
        known = kept.load({case.case: case.source for case in worker.listing.cases})
        return {key: known[key] for key in keys if key in known}

    def again(self, keys: Sequence[Key]) -> dict[Key, Capture]:
        """Capture once more: a fresh process, another hash seed, the reverse order."""
        with self.worker(SECOND_SEED) as worker:
            return self.collect(worker, "proving reproducible", list(reversed(keys)))

    @contextmanager
    def worker(self, hash_seed: int) -> Iterator[Worker]:
        """Start a worker whose case modules are all sound.

        Raises:
            UserError: a case module is broken.
        """
        project = self.project
        self.watcher.note("compiling the packs' C++ libraries, where they are not cached")
        libraries = start_libraries(project.cases, self.environment, project.working)
        self.watcher.note(f"starting a worker in {self.environment.name}")
        with start_worker(
            self.environment,
            project.cases,
            project.working,
            jobs=project.jobs,
            hash_seed=hash_seed,
            libraries=libraries,
        ) as worker:
            if worker.listing.broken:
                raise UserError(_broken_modules(worker))
            if not worker.listing.cases:
                raise UserError(f"{project.cases} holds no cases; a case is a function marked with @case")
            yield worker

    def collect(
        self, worker: Worker, what: str, keys: Sequence[Key], keep: Callable[[Capture], None] | None = None
    ) -> dict[Key, Capture]:
        """Collect captures as they finish, and give them in the order in which they were asked for."""
        found: dict[Key, Capture] = {}
        self.watcher.begin(what, len(keys))
        for capture in worker.capture(keys, self.project.timeout) if keys else ():
            found[capture.record.key] = capture
            if keep is not None:
                keep(capture)
            self.watcher.captured(capture)
        return {key: found[key] for key in keys}


def capturing_sources() -> list[Path]:
    """Give the files of the harness that a record depends on."""
    harness_folder = Path(harness.__file__).parent
    parts = ("cases", "normalise", "tracing", "worker")
    return [
        harness_folder / "records.py",
        *(file for part in parts for file in sorted((harness_folder / part).glob("*.py"))),
    ]


def listed_keys(worker: Worker) -> list[Key]:
    """Give each case with each tracing path that applies to it."""
    return [(case.case, path) for case in worker.listing.cases for path in case.paths]


def _broken_modules(worker: Worker) -> str:
    first, *others = worker.listing.broken
    more = f" (and {len(others)} more modules are broken)" if others else ""
    return f"the case module {first.file} cannot be used: {first.error}{more}"
