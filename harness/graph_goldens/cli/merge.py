"""`goldens merge`."""

from pathlib import Path
from typing import Annotated

import typer

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_progress_output
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.results import report
from graph_goldens.drift.classes import Severity
from graph_goldens.gate.check import check_run
from graph_goldens.gate.request import Request
from graph_goldens.runs.merge import merge_runs
from graph_goldens.runs.run import load_run, write_run
from graph_goldens.runs.selection import EVERYTHING

Runs = Annotated[list[Path], typer.Argument(metavar="RUN", help="Runs of one environment, such as shards.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the joined run there too."),
]


def merge(
    runs: Runs,
    *,
    into: Output = None,
    fail_on: capture_options.FailOn = Severity.COSMETIC,
    shown: capture_options.Shown,
    places: options.Places,
) -> int:
    """Join runs of one environment and hold them against the goldens as one. Needs no PyTorch.

    All N shards of a check give the result of a check without --shard, unused goldens included. The
    joined run is the last of its PyTorch from then on: `goldens pending`, `review` and `accept` know it.

    Example: goldens merge .goldens/runs/torch-2.13.0+cpu.shard-*-of-3.jsonl
    """
    project = open_project(places)
    run = merge_runs([(file, load_run(file)) for file in runs])
    if into:
        write_run(run, into)
    with ProgressWatcher(make_progress_output()) as watcher:
        result = check_run(run, Request(project, run.torch), watcher)
    return report([result], project, EVERYTHING, fail_on, shown)
