"""Serve requests of the host: list the cases, and capture those that it asks for."""

import json
import os
import platform
import select
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import torch

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.capture.tracing.path_table import TRACING_PATHS
from graph_goldens.capture.tracing.switches import describe_switches, mend_after_fork, set_switches
from graph_goldens.capture.tracing.warm_up import STAGES, warm_up
from graph_goldens.capture.worker.capture_requests import Wanted, capture_all
from graph_goldens.capture.worker.child_process import Announce
from graph_goldens.capture.worker.child_tasks import Limits, Task, run_tasks
from graph_goldens.cases.discovery import FailedModule, FoundCase, find_cases
from graph_goldens.descendants import adopt_orphans
from graph_goldens.records import Json, dump_capture

_LISTING_SECONDS, _LISTING_SECONDS_EACH = 20.0, 1.0
_MOMENT = 0.2


@dataclass(frozen=True)
class Settings:
    """What a worker is started with.

    Attributes:
        cases: folder of packs.
        jobs: captures at once.
    """

    cases: Path
    jobs: int


def serve(settings: Settings) -> int:
    """Say hello, load the packs' libraries, list the cases, and answer requests until standard input ends.

    The first line of standard input names the libraries: they may be compiled while torch is imported and
    warmed up.
    """
    adopt_orphans()
    answers = _keep_output()
    set_switches()
    _send(answers, {"hello": _compose_hello()})
    if _must_wait(sys.stdin):
        warm_up(STAGES[0])
    for library in json.loads(sys.stdin.readline() or '{"load": []}')["load"]:
        torch.classes.load_library(library)
    cases, broken = _find_cases(settings.cases, answers)
    _send(answers, {"cases": _describe_cases(cases, [answers.fileno()]), "broken": _describe_broken(broken)})
    for line in sys.stdin:
        _answer(answers, cases, json.loads(line), settings.jobs)
    return 0


def _must_wait(stream: TextIO) -> bool:
    """Whether no line comes within a moment."""
    return not select.select([stream], [], [], _MOMENT)[0]


def _find_cases(folder: Path, answers: TextIO) -> tuple[dict[str, FoundCase], list[FailedModule]]:
    """Import the case modules, announce each, and undo what they change in the process."""
    before = dict(os.environ), Path.cwd(), os.umask(0o022)
    os.umask(before[2])
    found = find_cases(folder, lambda file: _send(answers, {"importing": file}))
    os.environ.clear()
    os.environ.update(before[0])
    os.chdir(before[1])
    os.umask(before[2])
    set_switches()
    return found


def _keep_output() -> TextIO:
    """Keep standard output for answers; what cases print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _send(answers: TextIO, message: dict[str, Json]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _compose_hello() -> dict[str, Json]:
    return {
        "torch": str(torch.__version__),
        "git": str(torch.version.git_version),
        "cuda": torch.version.cuda,
        "debug": bool(torch.version.debug),
        "python": platform.python_version(),
        "platform": f"{platform.system()}-{platform.machine()}",
        "switches": describe_switches(),
        "paths": list(TRACING_PATHS),
        "rules": RULES_VERSION,
    }


def _describe_cases(cases: Mapping[str, FoundCase], private: Collection[int]) -> list[Json]:
    paths = _find_applying_paths(list(cases.values()), private)
    return [
        {
            "case": found.name,
            "paths": list(paths[found.name]),
            "source": found.source,
            "file": found.file,
            "line": found.line,
        }
        for found in cases.values()
    ]


def _describe_broken(broken: Sequence[FailedModule]) -> list[Json]:
    return [{"file": module.file, "error": module.error} for module in broken]


def _find_applying_paths(cases: Sequence[FoundCase], private: Collection[int]) -> dict[str, Sequence[str]]:
    """Find which tracing paths apply by building the cases in a child, since building may do anything.

    A case that kills the child keeps all paths, so that its captures show what is wrong; the others are
    built in another child.
    """
    found: dict[str, Sequence[str]] = {}
    while left := [case for case in cases if case.name not in found]:
        (ended,) = run_tasks([_make_naming_task(left)], 1, private)
        if ended.line is None:
            found[ended.step or left[0].name] = list(TRACING_PATHS)
        else:
            found.update(json.loads(ended.line))
    return found


def _make_naming_task(cases: Sequence[FoundCase]) -> Task[None]:
    def name(announce: Announce) -> Iterator[str]:
        mend_after_fork()
        yield json.dumps({case.name: _find_paths(case, announce) for case in cases})

    return Task(None, name, Limits(_LISTING_SECONDS + _LISTING_SECONDS_EACH * len(cases)))


def _find_paths(case: FoundCase, announce: Announce) -> list[str]:
    announce(case.name)
    try:
        chosen = case.build().paths
    except Exception:  # its captures show what is wrong
        return list(TRACING_PATHS)
    return [path for path in TRACING_PATHS if chosen is None or path in chosen]


def _answer(answers: TextIO, cases: dict[str, FoundCase], request: Any, jobs: int) -> None:
    wanted = [Wanted(cases[name], path, expected) for name, path, expected in request["capture"]]
    limits = Limits(request["timeout"], request["memory"])
    for captured in capture_all(wanted, limits, jobs, [answers.fileno()]):
        answers.write(f'{{"capture": {dump_capture(captured)}}}\n')
        answers.flush()
    _send(answers, {"done": True})
