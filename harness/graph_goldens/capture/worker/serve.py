"""Serve requests of the host: list the cases, and capture those that it asks for."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

import torch

from graph_goldens.capture.normalise.rules import RULES_VERSION
from graph_goldens.capture.tracing.switches import describe_switches, set_switches
from graph_goldens.capture.tracing.warm_up import warm_up
from graph_goldens.capture.worker.capture_requests import Wanted, capture_all
from graph_goldens.capture.worker.child_tasks import Limits
from graph_goldens.capture.worker.listing import build_cases, collect_mistakes
from graph_goldens.capture.worker.own_folders import drop_old_folders
from graph_goldens.capture.worker.read_files import Reads
from graph_goldens.cases.discovery import Discovery, FoundCase, find_cases
from graph_goldens.cases.packs import ALL_PACKS, PackChoice, find_left_out
from graph_goldens.cases.path_rows import FACTS_PATH, PATH_ROWS, WarmUp
from graph_goldens.descendants import adopt_orphans
from graph_goldens.records import Json


@dataclass(frozen=True)
class Settings:
    """What a worker is started with.

    Attributes:
        cases: folder of packs.
        jobs: captures at once.
        seconds: how long a case may take to build.
        unusable: case modules that are not imported, since that ended or hung a worker before, and why.
        choice: import name of the folder, and which of its packs are meant.
    """

    cases: Path
    jobs: int
    seconds: float
    unusable: Sequence[tuple[str, str]] = ()
    choice: PackChoice = ALL_PACKS


def serve(settings: Settings) -> int:
    """Say hello, load the packs' libraries, list the cases, and answer requests until standard input ends.

    The first line of standard input names the libraries: they may be compiled while torch is imported and
    warmed up.
    """
    adopt_orphans()
    drop_old_folders()
    answers = _keep_output()
    set_switches()
    reads = Reads(settings.choice.root)
    reads.watch()
    _send(answers, {"hello": _compose_hello()})
    warm_up(WarmUp.QUICK)  # always before the case modules are imported, whatever else is to be done
    for library in json.loads(sys.stdin.readline() or '{"load": []}')["load"]:
        torch.classes.load_library(library)
    cases, listing = _list_cases(settings, answers, reads)
    _send(answers, {**listing, **reads.take_listing()})
    for line in sys.stdin:
        _answer(answers, cases, json.loads(line), settings.jobs, reads)
    return 0


def _find_cases(settings: Settings, answers: TextIO) -> Discovery:
    """Import the case modules, announce each, and undo what they change in the process."""
    before = dict(os.environ), Path.cwd(), os.umask(0o022)
    os.umask(before[2])
    found = find_cases(
        settings.cases,
        lambda file: _send(answers, {"importing": file}),
        dict(settings.unusable),
        settings.choice,
    )
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
        "paths": [*PATH_ROWS, FACTS_PATH],
        "rules": RULES_VERSION,
    }


def _list_cases(
    settings: Settings, answers: TextIO, reads: Reads
) -> tuple[dict[str, FoundCase], dict[str, Json]]:
    """Find the cases that can be used, and describe them and what is wrong with the others."""
    found = _find_cases(settings, answers)
    cases = list(found.cases.values())
    results = build_cases(
        cases,
        settings.seconds,
        settings.jobs,
        [answers.fileno()],
        lambda case: _send(answers, {"building": case}),
        reads,
    )
    mistakes = [*found.mistakes, *collect_mistakes(cases, results)]
    sound = {case.name: case for case in cases if not results[case.name].error}
    return sound, {
        "cases": [_describe_case(case, results[case.name].paths) for case in sound.values()],
        "mistakes": [{**asdict(mistake), "cases": list(mistake.cases)} for mistake in mistakes],
        "left_out": [{**asdict(left_out)} for left_out in find_left_out(settings.cases)],
    }


def _describe_case(case: FoundCase, paths: Sequence[str]) -> Json:
    return {
        "case": case.name,
        "paths": list(paths),
        "source": case.source,
        "file": case.file,
        "line": case.line,
    }


def _answer(answers: TextIO, cases: dict[str, FoundCase], request: Any, jobs: int, reads: Reads) -> None:
    wanted = [Wanted(cases[name], path) for name, path in request["capture"]]
    limits = Limits(request["timeout"], request["memory"])
    for sent in capture_all(wanted, limits, jobs, [answers.fileno()], reads):
        answers.write(f'{{"capture": {sent.capture}, "log": {json.dumps(sent.log)}}}\n')
        answers.flush()
    _send(answers, {"done": True})
