"""Replay what drifted between neighbouring versions: both goldens' graphs, run under the newer PyTorch.

`python -m tests.bench.replay_steps [--from 2.13.0]`: by step how many graphs gave equal results, other
results, or could not be run, with the reason of each that is not equal. Ends with 1 where nothing was run.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

from graph_goldens.drift.compare import compare
from graph_goldens.environments.builds import describe_release
from graph_goldens.environments.environment_maker import open_environment
from graph_goldens.environments.libraries import start_libraries
from graph_goldens.environments.replay_client import ReplayPacks, ReplayRequest, replay_records
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.project import Project, find_project
from graph_goldens.gate.replay import REPLAYED
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.graphs.replays import Replay, ReplayOutcome


class Step(NamedTuple):
    """Two neighbouring versions."""

    before: Version
    after: Version


def main() -> int:
    """Replay each step, and say what that showed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.replay_steps", description=__doc__)
    parser.add_argument(
        "--from", dest="first", type=Version, help="the first version, the oldest if not given"
    )
    chosen = parser.parse_args()
    project = find_project(Path.cwd())
    goldens = open_fixed_goldens(project)
    versions = [each for each in list_watched_versions(goldens) if not chosen.first or each >= chosen.first]
    found: Counter[str] = Counter()
    for step in map(Step._make, pairwise(versions)):
        found += _replay_step(project, goldens, step)
    _print_counts("all steps", found)
    return 0 if found else 1


def _replay_step(project: Project, goldens: Goldens, step: Step) -> Counter[str]:
    requests = list(_list_drifts(goldens, step))
    counts: Counter[str] = Counter()
    for request, replays in zip(requests, _run(project, requests, step.after), strict=True):
        for replay in replays:
            counts[_word(replay)] += 1
            if replay.outcome is not ReplayOutcome.EQUAL:
                print(
                    f"  {request.new.case} · {request.new.path} · {replay.graph}: {replay.sentence}",
                    flush=True,
                )
    _print_counts(f"{step.before} → {step.after}", counts)
    return counts


def _list_drifts(goldens: Goldens, step: Step) -> Iterator[ReplayRequest]:
    """List the goldens beside whose drift in a step replay is evidence."""
    for key in sorted({stored.key for stored in goldens.list_stored()}):
        old, new = (goldens.resolve(*key, version) for version in step)
        if old and new and (drift := compare(old.record, new.record)) and drift.kind in REPLAYED:
            yield ReplayRequest(old.record, new.record)


def _run(
    project: Project, requests: Sequence[ReplayRequest], version: Version
) -> Iterator[tuple[Replay, ...]]:
    environment = open_environment(describe_release(str(version)), project.working, print)
    libraries = start_libraries(project.cases, environment, project.working).values()
    packs = ReplayPacks(project.cases, project.package, libraries)
    return replay_records(environment, requests, project.working, packs=packs)


def _word(replay: Replay) -> str:
    return f"{replay.outcome.value}: {replay.reason}" if replay.reason else replay.outcome.value


def _print_counts(what: str, counts: Counter[str]) -> None:
    words = ", ".join(f"{number} {word}" for word, number in counts.most_common())
    print(f"{what}: {counts.total()} graphs: {words or 'nothing to run'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
