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
from graph_goldens.capture.worker.capture_requests import Sent, Wanted, capture_all
from graph_goldens.capture.worker.child_tasks import Limits
from graph_goldens.capture.worker.listing import build_cases, collect_mistakes
from graph_goldens.capture.worker.own_folders import drop_old_folders
from graph_goldens.capture.worker.read_files import Reads
from graph_goldens.cases.case_folders import CaseFolders
from graph_goldens.cases.discovery import Discovery, FoundCase, find_cases
from graph_goldens.cases.known_paths import KnownPaths, arrange_paths
from graph_goldens.cases.named_paths import PathReference, find_named_paths, list_entry_points
from graph_goldens.cases.own_paths import FoundPath
from graph_goldens.cases.packs import ALL_PACKS, PackChoice, find_left_out
from graph_goldens.cases.path_rows import FACTS_PATH, PATH_ROWS, WarmUp
from graph_goldens.descendants import adopt_orphans
from graph_goldens.records import Json


@dataclass(frozen=True)
class Settings:
    """What a worker is started with.

    Attributes:
        cases: folder of packs, or several.
        jobs: captures at once.
        seconds: how long a case may take to build.
        unusable: modules that are not imported, since that ended or hung a worker before, and why.
        choice: import name of the folder, and which of its packs are meant.
        import_from: folders of the project's own modules, which are searched after all others.
        named_paths: name and `module:function` of the tracing paths that the project's settings name.
    """

    cases: CaseFolders
    jobs: int
    seconds: float
    unusable: Sequence[tuple[str, str]] = ()
    choice: PackChoice = ALL_PACKS
    import_from: Sequence[Path] = ()
    named_paths: Sequence[tuple[str, str]] = ()


def serve(settings: Settings) -> int:
    """Say hello, load the packs' libraries, list the cases, and answer requests until standard input ends.

    The first line of standard input names the libraries: they may be compiled while torch is imported and
    warmed up.
    """
    adopt_orphans()
    drop_old_folders()
    answers = _keep_output()
    set_switches()
    named = [*_read_settings(settings), *list_entry_points()]
    sys.path.extend(map(str, settings.import_from))
    reads = Reads(settings.choice.root, settings.import_from)
    reads.watch()
    _send(answers, {"hello": _compose_hello()})
    warm_up(WarmUp.QUICK)  # always before the case modules are imported, whatever else is to be done
    for library in json.loads(sys.stdin.readline() or '{"load": []}')["load"]:
        torch.classes.load_library(library)
    cases, known, listing = _list_cases(settings, named, answers, reads)
    _send(answers, {**listing, **reads.take_listing()})
    for line in sys.stdin:
        _answer(answers, cases, known, json.loads(line), settings.jobs, reads)
    return 0


def _read_settings(settings: Settings) -> list[PathReference]:
    return [
        PathReference(name, target, "[tool.goldens.tracing-paths]") for name, target in settings.named_paths
    ]


def _find_cases(settings: Settings, named: Sequence[PathReference], answers: TextIO) -> Discovery:
    """Import the case modules and those of tracing paths, announce each, and undo what they change here."""
    before = dict(os.environ), Path.cwd(), os.umask(0o022)
    os.umask(before[2])

    def announce(module: str) -> None:
        _send(answers, {"importing": module})

    unusable = dict(settings.unusable)
    found = find_cases(settings.cases, announce, unusable, settings.choice)
    paths, mistakes = find_named_paths(named, announce, unusable)
    found.paths.extend(paths)
    found.mistakes.extend(mistakes)
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
    settings: Settings, named: Sequence[PathReference], answers: TextIO, reads: Reads
) -> tuple[dict[str, FoundCase], KnownPaths, dict[str, Json]]:
    """Find the cases and tracing paths that can be used, and describe them and what is wrong with others."""
    found = _find_cases(settings, named, answers)
    known, wrong = arrange_paths(found.paths)
    cases = list(found.cases.values())
    results = build_cases(
        cases,
        known,
        settings.seconds,
        settings.jobs,
        [answers.fileno()],
        lambda case: _send(answers, {"building": case}),
        reads,
    )
    mistakes = [*found.mistakes, *wrong, *collect_mistakes(cases, results)]
    sound = {case.name: case for case in cases if not results[case.name].error}
    return (
        sound,
        known,
        {
            "cases": [_describe_case(case, results[case.name].paths) for case in sound.values()],
            "mistakes": [{**asdict(mistake), "cases": list(mistake.cases)} for mistake in mistakes],
            "left_out": [{**asdict(left_out)} for left_out in find_left_out(settings.cases)],
            "own_paths": [_describe_path(path) for path in known.own.values()],
        },
    )


def _describe_case(case: FoundCase, paths: Sequence[str]) -> Json:
    return {
        "case": case.name,
        "paths": list(paths),
        "source": case.source,
        "file": case.file,
        "line": case.line,
    }


def _describe_path(path: FoundPath) -> Json:
    return {
        "name": path.name,
        "file": path.file,
        "line": path.line,
        "module": path.module,
        "after": path.after,
        "packs": [*sorted(path.packs)],
    }


def _answer(
    answers: TextIO,
    cases: dict[str, FoundCase],
    known: KnownPaths,
    request: Any,
    jobs: int,
    reads: Reads,
) -> None:
    wanted = [Wanted(cases[name], path, known) for name, path in request["capture"]]
    limits = Limits(request["timeout"], request["memory"])

    def share(said: dict[str, Json]) -> None:
        _send(answers, {"shared": said})

    def send(sent: Sent) -> None:
        answers.write(f'{{"capture": {sent.capture}, "log": {json.dumps(sent.log)}}}\n')
        answers.flush()

    capture_all(wanted, limits, jobs, send, [answers.fileno()], reads, share)
    _send(answers, {"done": True})
