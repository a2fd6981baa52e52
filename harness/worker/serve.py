"""Serve requests of the host: say what cases there are, capture those that it asks for."""

import gc
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

import torch

from harness.cases.discovery import BrokenModule, FoundCase, find_cases
from harness.normalise.rules import RULES_VERSION
from harness.records import Capture, Json, Outcome, Record, capture_from_line, capture_to_line
from harness.tracing.capture import capture
from harness.tracing.paths import TRACING_PATHS
from harness.tracing.switches import describe_switches, set_switches
from harness.tracing.warm import warm_up
from harness.worker.children import Ended, Task, run_tasks

_LISTING_SECONDS = 120.0


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

    The first line of standard input names the libraries: they may be compiled while torch is imported.
    """
    answers = _own_output()
    set_switches()
    _send(answers, {"hello": _hello()})
    for library in json.loads(sys.stdin.readline() or '{"load": []}')["load"]:
        torch.classes.load_library(library)
    cases, broken = find_cases(settings.cases)
    _send(answers, {"cases": _listed(cases), "broken": _broken(broken)})
    for number, line in enumerate(sys.stdin):
        if number == 0:
            warm_up()
            gc.freeze()  # else each child's first collection writes to, and so copies, all of torch's objects
        _answer(answers, cases, json.loads(line), settings.jobs)
    return 0


def _own_output() -> TextIO:
    """Keep standard output for answers; what cases print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _send(answers: TextIO, message: dict[str, Json]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _hello() -> dict[str, Json]:
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


def _listed(cases: dict[str, FoundCase]) -> list[Json]:
    return [
        {
            "case": found.name,
            "paths": list(paths),
            "source": found.source,
            "file": found.file,
            "line": found.line,
        }
        for found, paths in _with_paths(list(cases.values()))
    ]


def _broken(broken: Sequence[BrokenModule]) -> list[Json]:
    return [{"file": module.file, "error": module.error} for module in broken]


def _with_paths(cases: list[FoundCase]) -> Iterator[tuple[FoundCase, Sequence[str]]]:
    """Learn which tracing paths apply by building the cases, in a child: building may do anything.

    When a case takes that child down, each is built in a child of its own; one that cannot be built
    keeps all paths, so that its captures say what is wrong.
    """
    everything = list(TRACING_PATHS)
    ended = next(run_tasks([_naming_task("", cases)], 1))
    if ended.line is None:
        found = {
            end.key: end.line for end in run_tasks((_naming_task(case.name, [case]) for case in cases), 2)
        }
        for case in cases:
            line = found[case.name]
            yield case, everything if line is None else json.loads(line)[0]
        return
    yield from zip(cases, json.loads(ended.line), strict=True)


def _naming_task(key: str, cases: Sequence[FoundCase]) -> Task[str]:
    return Task(key, lambda: json.dumps([_applying_paths(case) for case in cases]), _LISTING_SECONDS)


def _applying_paths(case: FoundCase) -> list[str]:
    try:
        chosen = case.build().paths
    except Exception:  # its captures say what is wrong
        return list(TRACING_PATHS)
    return [path for path in TRACING_PATHS if chosen is None or path in chosen]


def _answer(answers: TextIO, cases: dict[str, FoundCase], request: Any, jobs: int) -> None:
    tasks = [_capture_task(cases[name], path, request["timeout"]) for name, path in request["capture"]]
    for ended in run_tasks(tasks, jobs):
        answers.write(f'{{"capture": {capture_to_line(_captured(ended))}}}\n')
        answers.flush()
    _send(answers, {"done": True})


def _capture_task(case: FoundCase, path: str, timeout: float) -> Task[Record]:
    empty = Record(case.name, path, Outcome.GRAPHS, source=case.source, rules=RULES_VERSION)
    return Task(empty, lambda: capture_to_line(capture(case.build, empty)), timeout)


def _captured(ended: Ended[Record]) -> Capture:
    """Give what a child captured, or the record of how it died."""
    if ended.line is not None:
        return replace(capture_from_line(ended.line), log=ended.log)
    outcome = Outcome.CRASH if ended.death else Outcome.TIMEOUT
    record = replace(ended.key, outcome=outcome, reason=ended.death)
    return Capture(record, seconds=ended.seconds, log=ended.log)
