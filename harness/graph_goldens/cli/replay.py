"""`goldens replay`."""

from collections.abc import Sequence
from pathlib import Path

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output, make_progress_output, print_note
from graph_goldens.cli.output import print_json
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.requests import Asked, make_requests
from graph_goldens.errors import UserError
from graph_goldens.gate.replay import Replayed, StoredReplay, replay_older, replay_run, replay_selected
from graph_goldens.gate.request import Request
from graph_goldens.records import Json
from graph_goldens.report.replay_table import encode_replayed, encode_stored, show_replayed, show_stored
from graph_goldens.runs.run import load_run


def replay(
    chosen: capture_options.Chosen,
    where: capture_options.Where,
    *,
    from_run: capture_options.FromRun = None,
    reuse: capture_options.Reuse,
    limits: capture_options.LimitOptions,
    as_json: options.AsJson = False,
    places: options.Places,
) -> int:
    """Run the graphs of what drifted, old and new, on equal random inputs: evidence beside the drift.

    Each graph runs in a process of its own, with limits of time and memory. Where a PyTorch is named, every
    stored graph of an older version is run under it as it is, too. Reports show what was found.

    Example: goldens replay torchbind/attribute --torch 2.15.0
    """
    project = limits.apply(open_project(places))
    asked = Asked(project, chosen.selection, "", reuse)
    requests = make_requests(asked, where, print_note)
    if from_run and len(requests) > 1:
        raise UserError("a run from elsewhere is replayed in one environment; name one PyTorch")
    named = bool(where.torch or where.python or where.wheel) and not from_run
    shown = [_replay_one(request, from_run or (), as_json=as_json, older=named) for request in requests]
    if as_json:
        print_json(shown[0] if len(shown) == 1 else shown)
    return 0


def _replay_one(request: Request, files: Sequence[Path], *, as_json: bool, older: bool) -> Json:
    """Replay in one environment, and show what was found unless JSON is asked for."""
    with ProgressWatcher(make_progress_output()) as watcher:
        if files:
            replayed = [
                replay_run(load_run(file).choose(request.selection), request, watcher) for file in files
            ]
        else:
            replayed = [replay_selected(request, watcher)]
        stored = replay_older(request, watcher) if older else []
    if not as_json:
        _show(replayed, stored)
    return {
        "drifts": [encode_replayed(each) for each in replayed],
        "stored": encode_stored(stored),
    }


def _show(replayed: Sequence[Replayed], stored: Sequence[StoredReplay]) -> None:
    console = make_output()
    for each in replayed:
        show_replayed(console, each)
    if stored:
        show_stored(console, replayed[0].torch, stored)
