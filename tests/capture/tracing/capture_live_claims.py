"""Trace cases and hold what their records say beside each graph against the graph itself, as it is rendered.

Runs in an environment: `PYTHON capture_live_claims.py CASES LIBRARY…`; each case goes through all of its
tracing paths. `MODULES=gradients,leaves` takes the cases of those modules alone. Prints JSON: what was
counted, and in words what is said wrongly or not at all.
"""

import contextlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch.fx import GraphModule

from graph_goldens.capture.replay.case_objects import collect_objects
from graph_goldens.capture.tracing.case_capture import _trace
from graph_goldens.capture.tracing.graph_text import find_bodies
from graph_goldens.capture.tracing.switches import set_switches
from graph_goldens.capture.tracing.warm_up import warm_up
from graph_goldens.capture.worker.child_tasks import Limits, Task, run_tasks
from graph_goldens.capture.worker.process_memory import make_cheap_to_fork
from graph_goldens.cases.case import Case
from graph_goldens.cases.case_checks import list_paths
from graph_goldens.cases.discovery import FoundCase
from graph_goldens.cases.known_paths import ONLY_BUILT_IN
from graph_goldens.cases.path_rows import FACTS_PATH, PATH_ROWS, WarmUp

sys.path.append(str(Path(__file__).parents[3]))  # what an environment imports holds no tests

from tests.capture.tracing.bare import BareSession, bare_cases
from tests.capture.tracing.live_claims import (
    find_false_constants,
    find_false_effects,
    find_false_provenance,
    find_false_symbols,
)

LIMITS = Limits(seconds=300.0)


class ClaimTracing(BareSession):
    """A tracing that holds what is said beside each graph against the graph.

    Attributes:
        counts: what was held.
        false: what is said wrongly or not at all.
    """

    def __init__(self, build: Callable[[], Case]) -> None:
        self.counts: Counter[str] = Counter()
        self.false: list[str] = []
        super().__init__(build)

    def graph(
        self,
        name: str,
        graph_module: GraphModule,
        tokens: Any = (),
        constants: Mapping[str, Any] = MappingProxyType({}),
        rules: Sequence[Callable[[str], str]] = (),
    ) -> None:
        """Render, then hold the texts against the graph."""
        super().graph(name, graph_module, tokens, constants, rules)
        texts = {artifact.name: artifact.text for artifact in self.artifacts}
        self.false.extend(f"{name}: {each}" for each in self._hold(name, graph_module, texts, constants))

    def _hold(
        self, name: str, graph_module: GraphModule, texts: Mapping[str, str], constants: Mapping[str, Any]
    ) -> Iterator[str]:
        inputs = {} if "." in name else self._name_inputs()
        symbols: Any = self.facts.get("symbols", {})
        if "." not in name:
            yield from find_false_symbols(graph_module, symbols.get(name, {}), self.counts)
        yield from find_false_provenance(graph_module, texts.get(f"{name}.provenance", ""), self.counts)
        yield from find_false_constants(
            graph_module, texts.get(f"{name}.constants", ""), constants, self.counts
        )
        given = inputs, collect_objects(self.build_afresh())
        yield from find_false_effects(graph_module, texts.get(f"{name}.effects", ""), given, self.counts)
        for child, body in find_bodies(graph_module):
            yield from self._hold(f"{name}.{child}", body, texts, {})


def main(folder: Path, libraries: list[str]) -> dict[str, Any]:
    cases = bare_cases(folder, libraries)
    for stage in WarmUp:
        warm_up(stage)
    modules = os.environ.get("MODULES", "").split(",")
    chosen = [case for case in cases.values() if modules == [""] or Path(case.file).stem in modules]
    wanted = [(case, path) for case in chosen for path in _list_paths(case)]
    tasks = [
        Task(f"{case.name} {path}", _make_holder(case, path), LIMITS)
        for case, path in wanted
        if path != FACTS_PATH
    ]
    make_cheap_to_fork(len(tasks))
    counts: Counter[str] = Counter()
    false: list[str] = []
    died: list[str] = []
    for end in run_tasks(tasks, len(os.sched_getaffinity(0))):
        if not end.line:
            died.append(end.key)
            continue
        found, wrong = json.loads(end.line)
        counts.update(found)
        false.extend(f"{end.key} {each}" for each in wrong)
    traced = [Task(f"{case.name} {path}", _make_tracer(case, path), LIMITS) for case, path in wanted]
    for end in run_tasks([task for task in traced if task.key in died], 1):
        counts["PyTorch died of tracing"] += not end.line
        false.extend([f"{end.key} died of what is said beside the graph"] if end.line else [])
    return {"torch": torch.__version__, "counts": counts, "false": false}


def _list_paths(case: FoundCase) -> list[str]:
    try:
        return list_paths(case.build(), PATH_ROWS)
    except Exception:  # a device that is not there
        return []


def _make_tracer(case: FoundCase, path: str) -> Callable[[object], Iterator[str]]:
    """Trace and do nothing else, to tell who died."""

    def trace(_: object) -> Iterator[str]:
        set_switches()
        tracing = BareSession(case.build)
        with contextlib.suppress(Exception):
            _trace(tracing, path, ONLY_BUILT_IN)
        yield "traced"

    return trace


def _make_holder(case: FoundCase, path: str) -> Callable[[object], Iterator[str]]:
    def hold(_: object) -> Iterator[str]:
        set_switches()
        tracing = ClaimTracing(case.build)
        try:
            _trace(tracing, path, ONLY_BUILT_IN)
        except Exception as error:
            tracing.counts[f"not traced: {type(error).__name__}"] += 1
        yield json.dumps([tracing.counts, tracing.false])

    return hold


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
