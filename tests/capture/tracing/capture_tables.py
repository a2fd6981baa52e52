"""Trace cases, take each graph's table from the graph itself as it is rendered, and hold goldens against it.

Runs in an environment: `PYTHON capture_tables.py CASES LIBRARY…`. Standard input gives one golden a line, as
JSON: `{"case": …, "path": …, "graphs": {name: graph string, …}}`. Nothing traced is run, compared with eager
or traced again. Prints JSON: how many graphs were compared, and in words where a golden's table differs.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch.fx import GraphModule

from graph_goldens.capture.normalise.identities import Identities
from graph_goldens.capture.normalise.symbol_names import SymbolNames, find_words_like_symbols
from graph_goldens.capture.tracing.case_capture import _trace
from graph_goldens.capture.tracing.graph_text import find_bodies
from graph_goldens.capture.tracing.own_names import find_own_names
from graph_goldens.capture.tracing.switches import set_switches
from graph_goldens.capture.tracing.warm_up import warm_up
from graph_goldens.capture.worker.child_tasks import Limits, Task, run_tasks
from graph_goldens.capture.worker.process_memory import make_cheap_to_fork
from graph_goldens.cases.case import Case
from graph_goldens.cases.discovery import FoundCase
from graph_goldens.cases.known_paths import ONLY_BUILT_IN
from graph_goldens.cases.path_rows import WarmUp
from graph_goldens.graphs.graph_reader import read_graph
from graph_goldens.graphs.node_table import Table

sys.path.append(str(Path(__file__).parents[3]))  # what an environment imports holds no tests

from tests.capture.tracing.bare import BareSession, bare_cases
from tests.capture.tracing.live_tables import read_live_table, respell

LIMITS = Limits(seconds=300.0)


class Tracing(BareSession):
    """A tracing that takes the table of each graph before its text.

    Attributes:
        tables: the live tables, by the names of their artifacts.
    """

    def __init__(self, build: Callable[[], Case]) -> None:
        self.tables: dict[str, Table] = {}
        super().__init__(build)

    def graph(self, name: str, graph_module: GraphModule, *args: Any, **more: Any) -> None:
        """Take the tables, then render."""
        self.tables.update(_live_tables(name, graph_module))
        super().graph(name, graph_module, *args, **more)


def main(folder: Path, libraries: list[str]) -> dict[str, Any]:
    cases = bare_cases(folder, libraries)
    goldens = [json.loads(line) for line in sys.stdin]
    for stage in WarmUp:
        warm_up(stage)
    tasks = [Task(golden["path"], _holding(cases[golden["case"]], golden), LIMITS) for golden in goldens]
    make_cheap_to_fork(len(tasks))
    ends = list(run_tasks(tasks, len(os.sched_getaffinity(0))))
    answers = [json.loads(end.line or json.dumps([0, [f"{end.key}: {end.death}"]])) for end in ends]
    return {
        "torch": torch.__version__,
        "compared": sum(compared for compared, _ in answers),
        "differences": [difference for _, differences in answers for difference in differences],
    }


def _holding(case: FoundCase, golden: dict[str, Any]) -> Callable[[object], Iterator[str]]:
    """Give what a child does: say as JSON how many graphs of a golden were compared, and what differs."""

    def hold(_: object) -> Iterator[str]:
        live = _capture(case, golden["path"])
        differences = _differences(f"{golden['case']} {golden['path']}", golden["graphs"], live)
        yield json.dumps([len(live.keys() & golden["graphs"].keys()), list(differences)])

    return hold


def _capture(case: FoundCase, path: str) -> dict[str, Table]:
    """Trace, and give the live tables with identities and symbols numbered as in the whole record."""
    set_switches()
    tracing = Tracing(case.build)
    _trace(tracing, path, ONLY_BUILT_IN)
    texts = (artifact.text for artifact in tracing.artifacts)
    symbols = SymbolNames(tracing.symbols, find_words_like_symbols(texts))
    identities = Identities(find_own_names(tracing.case))
    for artifact in tracing.artifacts:
        symbols.rename(identities.in_names(artifact.text))
    return {
        name: respell(table, lambda text: symbols.rename(identities.in_names(text)))
        for name, table in tracing.tables.items()
    }


def _live_tables(name: str, graph_module: GraphModule) -> Iterator[tuple[str, Table]]:
    yield f"{name}.graph", read_live_table(graph_module.graph)
    for child_name, child in find_bodies(graph_module):
        yield from _live_tables(f"{name}.{child_name}", child)


def _differences(key: str, goldens: dict[str, str], live: dict[str, Table]) -> Iterator[str]:
    for name in goldens.keys() ^ live.keys():
        yield f"{key}: {name} is {'only in the golden' if name in goldens else 'not in the golden'}"
    for name in goldens.keys() & live.keys():
        stored = read_graph(goldens[name])
        if stored != live[name]:
            pairs = zip(stored.nodes, live[name].nodes, strict=False)
            nodes = next(((one, other) for one, other in pairs if one != other), None)
            yield f"{key}: {name}: {nodes or 'one has more nodes'}"


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
