"""Capture: open an environment, run a worker in it, and collect its captures."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from graph_goldens.cases.case_folders import locate_file, show_file
from graph_goldens.cases.packs import PackSources
from graph_goldens.environments.environment import Environment
from graph_goldens.environments.worker_messages import CaseListing
from graph_goldens.errors import UserError
from graph_goldens.gate.capture_job import Job
from graph_goldens.gate.capture_plan import Plan
from graph_goldens.gate.capture_reuse import Cache
from graph_goldens.gate.nothing_kept import NothingKept
from graph_goldens.gate.pack_workers import (
    OpenGroup,
    RecordSource,
    join_listings,
    split_keys,
)
from graph_goldens.gate.project import Project
from graph_goldens.gate.unmet_packs import UNMET, UnmetPacks
from graph_goldens.gate.watcher import Watcher
from graph_goldens.keys import Key
from graph_goldens.records import Capture
from graph_goldens.runs.listed_selection import select_listed
from graph_goldens.runs.revision import find_revision
from graph_goldens.runs.run import Run
from graph_goldens.runs.selection import EVERYTHING, Selection, selects_any
from graph_goldens.runs.shard import Part
from graph_goldens.runs.worker_survey import Survey

FIRST_SEED = 0
SECOND_SEED = 1


@dataclass(frozen=True)
class Capturing:
    """What captures are made with.

    Attributes:
        project: the project.
        groups: the packs, by what they need, each group with its environment; the first one's is the run's.
        watcher: what hears of the progress.
        reuse: whether earlier captures are reused where nothing that they depend on has changed.
        explain: whether to say why each capture is made.
        part: the part of what is selected that is captured; all of it where None.
        here: whether what captures read lies on this machine; else none is kept for later, and none reused.
    """

    project: Project
    groups: Sequence[OpenGroup]
    watcher: Watcher
    reuse: bool = False
    explain: bool = False
    part: Part | None = None
    here: bool = True

    @property
    def environment(self) -> Environment:
        """The environment of the first group, which has the PyTorch of all."""
        return self.groups[0].environment

    def run(self, selection: Selection) -> Run:
        """Capture what is selected, and start no worker where all of it is known from before.

        Raises:
            UserError: the selection matches nothing.
            ToolError: a worker failed.
        """
        with self.survey(selection) as surveyed:
            return surveyed.run(selection)

    @contextmanager
    def survey(self, selection: Selection = EVERYTHING) -> Iterator["Surveyed"]:
        """Learn which cases there are, from before or from workers; those stay for what is captured then.

        Args:
            selection: leaves out groups of packs that it does not mean.

        Raises:
            UserError: there are no cases at all.
            ToolError: a worker failed.
        """
        started = time.perf_counter()
        with ExitStack() as opened:
            parts = [self._survey_part(group, opened) for group in self._select_groups(selection)]
            yield Surveyed(self, parts, opened, started)

    def capture_anew(self, run: Run, keys: Sequence[Key]) -> Run:
        """Capture anew those of some records that an earlier command captured, before they become goldens."""
        reused = [key for key in keys if key in run.reused]
        if not reused:
            return run
        fresh: dict[Key, Capture] = {}
        for group in self._find_groups(reused):
            with ExitStack() as opened:
                part = self._make_part(group)
                self._open_part(part, opened)
                (own,) = split_keys(reused, [part.listing])
                fresh |= self.capture_and_keep(part, Plan(part.survey, own))
        return replace(run, captures={**run.captures, **fresh}, reused=run.reused.difference(reused))

    def _find_groups(self, keys: Sequence[Key]) -> list[OpenGroup]:
        packs = {key.pack for key in keys}
        return [group for group in self.groups if any(map(group.choice.holds, packs))]

    def _select_groups(self, selection: Selection) -> Sequence[OpenGroup]:
        """Leave out the groups none of whose cases is meant; all stay where nothing would be left."""
        if not selection.selectors or len(self.groups) == 1:
            return self.groups
        chosen = [group for group in self.groups if self._is_meant(group, selection)]
        return chosen or self.groups

    def _is_meant(self, group: OpenGroup, selection: Selection) -> bool:
        return selects_any(PackSources(self.project.cases, group.choice).name_all_cases(), selection)

    def _make_part(self, group: OpenGroup) -> "_Part":
        if not self.here:
            return _Part(group, NothingKept())
        return _Part(group, Cache(self.project, group.environment, group.choice))

    def _survey_part(self, group: OpenGroup, opened: ExitStack) -> "_Part":
        """Learn which cases a group has: from before, or from its worker."""
        part = self._make_part(group)
        known = None if group.unmet else part.cache.recall_survey()
        if known and self.reuse:
            part.known = known
        else:
            self._open_part(part, opened)
        return part

    def _open_part(self, part: "_Part", opened: ExitStack) -> None:
        part.source = opened.enter_context(self._open_source(part.group, FIRST_SEED))
        self._tell_listing(part.source.listing)
        said = part.source.hello, part.source.listing
        part.known = Survey(*said) if part.group.unmet else part.cache.keep_survey(*said, self.watcher.note)

    def plan_job(self, surveyed: "Surveyed", selection: Selection) -> Job:
        """Plan what is captured; where something is, start the workers that are not there yet, and plan anew.

        Raises:
            UserError: the selection matches nothing.
            ToolError: a worker failed.
        """
        parts = surveyed.parts
        job = self._plan_parts(parts, selection)
        asleep = [
            part for part, plan in zip(parts, job.plans, strict=True) if plan.missing and not part.source
        ]
        for part in asleep:
            self._open_part(part, surveyed.opened)
        job = self._plan_parts(parts, selection) if asleep else job
        self._explain(job)
        return job

    def _plan_parts(self, parts: Sequence["_Part"], selection: Selection) -> Job:
        listing = join_listings([part.listing for part in parts])
        (keys, mistakes), shard = select_listed(listing, selection), None
        if self.part:
            revision = find_revision(listing.cases)
            keys, shard = self.part.take(keys, complete=selection.everything, revision=revision)
        whole = selection.everything and shard is None and not mistakes
        split = split_keys(keys, [part.listing for part in parts])
        plans = [self._plan_part(part, own) for part, own in zip(parts, split, strict=True)]
        groups = [part.group.describe() for part in parts]
        return Job(plans, keys, whole, shard, mistakes, tuple(each for each in groups if each.requires))

    def _plan_part(self, part: "_Part", keys: Sequence[Key]) -> Plan:
        if part.group.unmet:
            return Plan(part.survey, keys, reasons=dict.fromkeys(keys, UNMET))
        return part.cache.plan(part.survey, keys, reuse=self.reuse, warn=self.watcher.note)

    def _explain(self, job: Job) -> None:
        for plan in job.plans if self.explain else ():
            for line in plan.explain():
                self.watcher.note(line)

    def capture_and_keep(self, part: "_Part", plan: Plan) -> dict[Key, Capture]:
        """Capture what is missing, and keep what comes."""
        if not part.source or not plan.missing:
            return {}
        keep = (
            None if part.group.unmet else part.cache.make_keeper(plan.survey, plan.missing, self.watcher.note)
        )
        return self.collect(part.source, "capturing", plan.missing, keep)

    def capture_again(self, keys: Sequence[Key]) -> dict[Key, Capture]:
        """Capture once more: a fresh process, another hash seed, the reverse order."""
        found: dict[Key, Capture] = {}
        for group in self._find_groups(keys):
            with self._open_source(group, SECOND_SEED) as source:
                (own,) = split_keys(list(reversed(keys)), [source.listing])
                found |= self.collect(source, "proving reproducible", own)
        return found

    def list_cases(self) -> CaseListing:
        """List the cases and what is wrong with some, as a new worker for each group of packs finds them.

        Raises:
            UserError: there are no cases at all.
            ToolError: a worker failed.
        """
        with ExitStack() as opened:
            sources = [opened.enter_context(self._open_source(group, FIRST_SEED)) for group in self.groups]
            listing = join_listings([source.listing for source in sources])
        self._tell_listing(listing)
        return listing

    @contextmanager
    def _open_source(self, group: OpenGroup, hash_seed: int) -> Iterator[RecordSource]:
        if group.unmet:
            self.watcher.note(group.describe().sentence)
            yield UnmetPacks(self.project, group.choice, group.environment)
            return
        with group.opener(group.choice, hash_seed, self.watcher.note) as source:
            yield source

    def _tell_listing(self, listing: CaseListing) -> None:
        """Tell which files are no case modules, and refuse a folder without cases."""
        cases = self.project.cases
        for left_out in listing.left_out:
            file = locate_file(cases, left_out.file)
            self.watcher.note(f"left out: {show_file(cases, file, self.project.root)}, as {left_out.why}")
        if not listing.cases and not listing.mistakes and len(self.groups) == 1:
            raise UserError(f"{cases} holds no cases; a case is a function marked with @case")

    def collect(
        self,
        source: RecordSource,
        what: str,
        keys: Sequence[Key],
        keep: Callable[[Capture], None] | None = None,
    ) -> dict[Key, Capture]:
        """Collect captures as they finish, and return them in the order in which they were asked for."""
        found: dict[Key, Capture] = {}
        timeout, memory = self.project.timeout, self.project.memory
        self.watcher.begin(what, len(keys))
        for capture in source.capture(keys, timeout, memory=memory) if keys else ():
            found[capture.record.key] = replace(capture, reads={}, unnamed=())  # the cache alone needs them
            if keep is not None:
                keep(capture)
            self.watcher.advance(capture)
        return {key: found[key] for key in keys}


@dataclass
class _Part:
    """A group of packs in the course of a run: what is known of its cases, and what captures them."""

    group: OpenGroup
    cache: Cache | NothingKept
    known: Survey | None = None
    source: RecordSource | None = None

    @property
    def survey(self) -> Survey:
        assert self.known is not None
        return self.known

    @property
    def listing(self) -> CaseListing:
        return self.survey.listing


@dataclass(frozen=True)
class Surveyed:
    """The cases that there are, and what captures them.

    Attributes:
        capturing: what captures are made with.
        parts: the groups of packs, each with what is known of it.
        opened: what is open for them.
        started: when that was begun, by `time.perf_counter`.
    """

    capturing: Capturing
    parts: Sequence[_Part]
    opened: ExitStack
    started: float

    @property
    def listing(self) -> CaseListing:
        """The cases, and what is wrong with others."""
        return join_listings([part.listing for part in self.parts])

    def run(self, selection: Selection) -> Run:
        """Capture what is selected and not known from before; once, since workers are let go then.

        Raises:
            UserError: the selection matches nothing.
            ToolError: a worker failed.
        """
        with self.opened:
            job = self.capturing.plan_job(self, selection)
            fresh: dict[Key, Capture] = {}
            for part, plan in zip(self.parts, job.plans, strict=True):
                fresh |= self.capturing.capture_and_keep(part, plan)
        for part in self.parts:
            part.cache.close(self.capturing.watcher.note)
        return job.run(fresh, time.perf_counter() - self.started)
