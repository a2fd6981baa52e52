"""Serve replays: `python -m graph_goldens.capture.replay [--cases DIR]`, a request and an answer a line."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import torch

from graph_goldens.capture.replay.limited_process import EndedError, run_limited
from graph_goldens.capture.replay.own_cases import OwnCases
from graph_goldens.capture.replay.recorded_graph import RecordedGraph, list_differing_graphs, list_graphs
from graph_goldens.capture.replay.run_graphs import replay_alone, replay_pair
from graph_goldens.cases.case_folders import join_folders
from graph_goldens.cases.root_name import ROOT
from graph_goldens.graphs.replays import Replay, ReplayOutcome, dump_replay, load_replay
from graph_goldens.records import Json, Record, load_record


def main() -> int:
    """Answer each request of standard input: the records of a drift, or one golden alone."""
    parser = argparse.ArgumentParser(prog="graph_goldens.capture.replay", description=__doc__)
    parser.add_argument(
        "--cases", type=Path, action="append", help="a folder of packs, for the operators that they register"
    )
    parser.add_argument("--package", default=ROOT, help="import name of that folder")
    parser.add_argument("--library", action="append", default=[], help="a pack's C++ library, loaded first")
    chosen = parser.parse_args()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what graphs print is no answer
    # fills memory that nobody wrote alike; imports Inductor's settings, here and not in each child
    torch.use_deterministic_algorithms(True, warn_only=True)
    for library in chosen.library:
        torch.classes.load_library(library)
    own = OwnCases(join_folders(chosen.cases) if chosen.cases else None, chosen.package)
    for line in sys.stdin:
        found = [dump_replay(replay) for replay in _answer(json.loads(line), own)]
        print(json.dumps({"replays": found}), file=answers, flush=True)
    return 0


def _answer(request: Mapping[str, Json], own: OwnCases) -> Iterator[Replay]:
    new = load_record(request["new"])
    old = None if request["old"] is None else load_record(request["old"])
    seconds, memory = float(str(request["timeout"])), int(str(request["memory"]))
    for name in list_graphs(new) if old is None else list_differing_graphs(old, new):
        try:
            yield load_replay(run_limited(partial(_replay, old, new, name, own), seconds, memory))
        except EndedError as error:
            yield Replay(name, ReplayOutcome.NOT_RUN, f"not run: {error}", str(error))


def _replay(old: Record | None, new: Record, name: str, own: OwnCases) -> Json:
    own.import_operators(RecordedGraph(new, name))
    build_objects = partial(own.build_objects, new.case)
    replayed = (
        replay_alone(new, name, build_objects) if old is None else replay_pair(old, new, name, build_objects)
    )
    return dump_replay(replayed)


if __name__ == "__main__":
    sys.exit(main())
