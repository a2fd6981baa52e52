"""From `--on` to where captures are made, and environments that are worked with at once."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

from graph_goldens.cli.consoles import make_progress_output
from graph_goldens.cli.progress import ProgressWatcher, make_bars
from graph_goldens.errors import UserError
from graph_goldens.gate.environment_matrix import Action, Ended, attempt
from graph_goldens.gate.local_placement import HERE
from graph_goldens.gate.placement import Note, Placement
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request
from graph_goldens.late_parts import load_part

_PLACE = re.compile(r"ray|ray://[^/\s]+:[0-9]+")


@contextmanager
def open_placement(
    on: str, project: Project, environments: int, jobs: int | None, note: Note
) -> Iterator[Placement]:
    """Open the place that a person named for captures; this machine where they named none.

    Args:
        on: what they typed.
        project: the project.
        environments: how many are worked with.
        jobs: captures at once, where they said it.
        note: hears what is done.

    Raises:
        UserError: there is no such place.
    """
    if not on:
        yield HERE
        return
    if not _PLACE.fullmatch(on):
        raise UserError(f"{on!r} is no place for captures; give --on ray, or --on ray://HOST:PORT")
    with _load_ray()(on, project, environments, jobs, note) as placement:
        yield placement


def _load_ray() -> Callable[..., AbstractContextManager[Placement]]:
    try:
        return load_part("captures on Ray")
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise UserError("--on ray needs the package ray: pip install 'graph-goldens[ray]'") from None


def run_side_by_side(requests: Sequence[Request], action: Action) -> list[Ended]:
    """Work with several environments at once, each in a thread that mostly waits for captures."""
    console = make_progress_output()
    with make_bars(console) as bars:
        pool = ThreadPoolExecutor(len(requests))
        try:
            watchers = [ProgressWatcher(console, request.name, bars) for request in requests]
            working = [
                pool.submit(attempt, request, action, watcher)
                for request, watcher in zip(requests, watchers, strict=True)
            ]
            return [each.result() for each in working]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
