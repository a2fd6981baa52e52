"""Measure what effects, constants and provenance cost of a capture's processor time, in an environment.

`PYTHON capture_beside.py CASES LIBRARY…`: each case goes through all of its tracing paths, each in a child.
Prints JSON: processor seconds of all captures, of what is said beside their graphs by kind, and the number of
records.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch.fx import GraphModule

from graph_goldens.capture.tracing import recording, said_beside
from graph_goldens.capture.tracing.case_capture import capture
from graph_goldens.capture.tracing.switches import mend_after_fork, set_switches
from graph_goldens.capture.tracing.warm_up import warm_up
from graph_goldens.capture.worker.child_tasks import Limits, Task, run_tasks
from graph_goldens.capture.worker.process_memory import make_cheap_to_fork
from graph_goldens.cases.case_checks import list_paths
from graph_goldens.cases.discovery import FoundCase, find_cases
from graph_goldens.cases.path_rows import PATH_ROWS, WarmUp
from graph_goldens.records import Outcome, Record

LIMITS = Limits(seconds=300.0)
SAID = said_beside.render_beside
SPENT: dict[str, float] = {}


def time_beside(graph_module: GraphModule, *given: Any) -> Callable[[GraphModule], Iterator[tuple[str, str]]]:
    """Say what is said beside a graph, and note the processor time that each kind of it takes."""
    texts = SAID(graph_module, *given)

    def timed(each: GraphModule) -> Iterator[tuple[str, str]]:
        found = texts(each)
        while True:
            begun = time.process_time()
            item = next(found, None)
            if item is None:
                return
            SPENT[item[0]] = SPENT.get(item[0], 0.0) + time.process_time() - begun
            yield item

    return timed


def main(folder: Path, libraries: list[str]) -> dict[str, Any]:
    for library in libraries:
        torch.classes.load_library(library)
    vars(recording)["render_beside"] = time_beside
    cases = find_cases(folder).cases.values()
    for stage in WarmUp:
        warm_up(stage)
    SPENT.clear()  # what the warm-up took
    wanted = [(case, path) for case in cases for path in list_paths(case.build(), PATH_ROWS)]
    tasks = [Task(f"{case.name} {path}", _measure(case, path), LIMITS) for case, path in wanted]
    make_cheap_to_fork(len(tasks))
    spent: dict[str, float] = {}
    for end in run_tasks(tasks, 1):
        for kind, seconds in json.loads(end.line or "{}").items():
            spent[kind] = spent.get(kind, 0.0) + seconds
    assert len(spent) > 1, "nothing beside a graph was timed"
    return {"torch": torch.__version__, "records": len(tasks), "seconds": spent}


def _measure(case: FoundCase, path: str) -> Callable[[object], Iterator[str]]:
    def measure(_: object) -> Iterator[str]:
        mend_after_fork()
        set_switches()
        begun = time.process_time()
        capture(case.build, Record(case.name, path, Outcome.GRAPHS))
        yield json.dumps({**SPENT, "all": time.process_time() - begun})

    return measure


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
