"""Serve replays: `python -m graph_goldens.capture.replay [--cases DIR]`, a request and an answer a line."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import torch

from graph_goldens.capture.replay.case_operators import import_operators
from graph_goldens.capture.replay.limited_process import EndedError, run_limited
from graph_goldens.capture.replay.recorded_graph import RecordedGraph, list_differing_graphs, list_graphs
from graph_goldens.capture.replay.run_graphs import replay_alone, replay_pair
from graph_goldens.cases.packs import ROOT
from graph_goldens.graphs.replays import Replay, ReplayOutcome, dump_replay, load_replay
from graph_goldens.records import Json, Record, load_record

Loader = Callable[[RecordedGraph], None]


def main() -> int:
    """Answer each request of standard input: the records of a drift, or one golden alone."""
    parser = argparse.ArgumentParser(prog="graph_goldens.capture.replay", description=__doc__)
    parser.add_argument("--cases", type=Path, help="folder of packs, for the operators that they register")
    parser.add_argument("--package", default=ROOT, help="import name of that folder")
    chosen = parser.parse_args()
    load = (
        None if chosen.cases is None else partial(import_operators, cases=chosen.cases, root=chosen.package)
    )
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what graphs print is no answer
    # fills memory that nobody wrote alike; imports Inductor's settings, here and not in each child
    torch.use_deterministic_algorithms(True, warn_only=True)
    for line in sys.stdin:
        found = [dump_replay(replay) for replay in _answer(json.loads(line), load)]
        print(json.dumps({"replays": found}), file=answers, flush=True)
    return 0


def _answer(request: Mapping[str, Json], load: Loader | None) -> Iterator[Replay]:
    new = load_record(request["new"])
    old = None if request["old"] is None else load_record(request["old"])
    seconds, memory = float(str(request["timeout"])), int(str(request["memory"]))
    for name in list_graphs(new) if old is None else list_differing_graphs(old, new):
        try:
            yield load_replay(run_limited(partial(_replay, old, new, name, load), seconds, memory))
        except EndedError as error:
            yield Replay(name, ReplayOutcome.NOT_RUN, f"not run: {error}", str(error))


def _replay(old: Record | None, new: Record, name: str, load: Loader | None) -> Json:
    if load is not None:
        load(RecordedGraph(new, name))
    return dump_replay(replay_alone(new, name) if old is None else replay_pair(old, new, name))


if __name__ == "__main__":
    sys.exit(main())
