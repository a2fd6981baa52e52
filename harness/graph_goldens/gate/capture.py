"""Capture: open an environment, run a worker in it, and collect its captures."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.cases.packs import PackChoice
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.limits import DEFAULT_SECONDS
from graph_goldens.environments.worker_client import Worker, start_worker
from graph_goldens.errors import UserError
from graph_goldens.gate.capture_reuse import Cache, Plan
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.listed_selection import demand_no_mistakes, select_listed
from graph_goldens.runs.revision import find_revision
from graph_goldens.runs.run import Run, describe_environment
from graph_goldens.runs.selection import Selection
from graph_goldens.runs.shard import Part, Shard
from graph_goldens.runs.worker_survey import Survey

FIRST_SEED = 0
SECOND_SEED = 1


class Watcher(Protocol):
    """What hears of the progress of captures."""

    def note(self, text: str) -> None:
        """Hear what is being done now."""

    def begin(self, what: str, total: int) -> None:
        """Hear how many captures are to come."""

    def advance(self, capture: Capture) -> None:
        """Hear of one more capture."""


@dataclass(frozen=True)
class Capturing:
    """What captures are made with.

    Attributes:
        project: the project.
        environment: the environment.
        watcher: what hears of the progress.
        reuse: whether earlier captures are reused where nothing that they depend on has changed.
        explain: whether to say why each capture is made.
        part: the part of what is selected that is captured; all of it where None.
    """

    project: Project
    environment: Environment
    watcher: Watcher
    reuse: bool = False
    explain: bool = False
    part: Part | None = None

    def run(self, selection: Selection) -> Run:
        """Capture what is selected, and start no worker where all of it is known from before.

        Raises:
            UserError: the selection matches nothing.
            ToolError: the worker failed.
        """
        start = time.perf_counter()
        cache = Cache(self.project, self.environment)
        survey = cache.recall_survey()
        job = self._plan_job(cache, survey, selection) if survey and self.reuse else None
        if job is None or job.plan.missing:
            with self.open_worker(FIRST_SEED) as worker:
                job = self._plan_job(
                    cache, cache.keep_survey(worker.hello, worker.listing, self.watcher.note), selection
                )
                self._explain(job.plan)
                missing = job.plan.missing
                fresh = self._capture_and_keep(cache, worker, job.plan, missing)
        else:
            fresh = {}
            self._explain(job.plan)
        cache.close(self.watcher.note)
        return job.run(fresh, time.perf_counter() - start)

    def capture_anew(self, run: Run, keys: Sequence[Key]) -> Run:
        """Capture anew those of some records that an earlier command captured, before they become goldens."""
        reused = [key for key in keys if key in run.reused]
        if not reused:
            return run
        cache = Cache(self.project, self.environment)
        with self.open_worker(FIRST_SEED) as worker:
            plan = Plan(cache.keep_survey(worker.hello, worker.listing, self.watcher.note), reused)
            fresh = self._capture_and_keep(cache, worker, plan, reused)
        return replace(run, captures={**run.captures, **fresh}, reused=run.reused.difference(reused))

    def _plan_job(self, cache: Cache, survey: Survey, selection: Selection) -> "_Job":
        (keys, mistakes), shard = select_listed(survey.listing, selection), None
        if self.part:
            revision = find_revision(survey.listing.cases)
            keys, shard = self.part.take(keys, complete=selection.everything, revision=revision)
        whole = selection.everything and shard is None and not mistakes
        plan = cache.plan(survey, keys, reuse=self.reuse, warn=self.watcher.note)
        return _Job(plan, whole, shard, mistakes)

    def _explain(self, plan: Plan) -> None:
        for line in plan.explain() if self.explain else ():
            self.watcher.note(line)

    def _capture_and_keep(
        self,
        cache: Cache,
        worker: Worker,
        plan: Plan,
        keys: Sequence[Key],
    ) -> dict[Key, Capture]:
        """Capture, and keep what comes."""
        keep = cache.make_keeper(plan.survey, keys, self.watcher.note)
        return self.collect(worker, "capturing", keys, keep)

    def capture_again(self, keys: Sequence[Key]) -> dict[Key, Capture]:
        """Capture once more: a fresh process, another hash seed, the reverse order."""
        with self.open_worker(SECOND_SEED) as worker:
            return self.collect(worker, "proving reproducible", list(reversed(keys)))

    @contextmanager
    def open_worker(self, hash_seed: int) -> Iterator[Worker]:
        """Start a worker, which lists the cases and what is wrong with some.

        Raises:
            UserError: there are no cases at all.
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
            seconds=min(DEFAULT_SECONDS, project.timeout),
            choice=PackChoice(project.package),
            own=project.own,
        ) as worker:
            for left_out in worker.listing.left_out:
                self.watcher.note(f"left out: {project.cases.name}/{left_out.file}, as {left_out.why}")
            if not worker.listing.cases and not worker.listing.mistakes:
                raise UserError(f"{project.cases} holds no cases; a case is a function marked with @case")
            yield worker

    def collect(
        self,
        worker: Worker,
        what: str,
        keys: Sequence[Key],
        keep: Callable[[Capture], None] | None = None,
    ) -> dict[Key, Capture]:
        """Collect captures as they finish, and return them in the order in which they were asked for."""
        found: dict[Key, Capture] = {}
        timeout, memory = self.project.timeout, self.project.memory
        self.watcher.begin(what, len(keys))
        for capture in worker.capture(keys, timeout, memory=memory) if keys else ():
            found[capture.record.key] = replace(capture, reads={}, unnamed=())  # the cache alone needs them
            if keep is not None:
                keep(capture)
            self.watcher.advance(capture)
        return {key: found[key] for key in keys}


@dataclass(frozen=True)
class _Job:
    """What a run is made of, once it is known which cases there are."""

    plan: Plan
    complete: bool
    shard: Shard | None
    mistakes: tuple[Mistake, ...]

    def run(self, fresh: Mapping[Key, Capture], seconds: float) -> Run:
        """Build the run, with what was captured now."""
        plan = self.plan
        return Run(
            environment=describe_environment(plan.survey.hello),
            captures={key: plan.known.get(key) or fresh[key] for key in plan.keys},
            complete=self.complete,
            seconds=seconds,
            reused=frozenset(plan.known),
            shard=self.shard,
            mistakes=self.mistakes,
        )


def list_keys(worker: Worker) -> list[Key]:
    """List each case with each tracing path that applies to it, for what needs to know all of them.

    Raises:
        UserError: cases cannot be used, so what they would give is not known.
    """
    demand_no_mistakes(worker.listing.mistakes)
    return worker.listing.keys
