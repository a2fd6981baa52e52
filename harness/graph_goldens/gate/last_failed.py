"""What the last checks found not to be as it should: those records, and no others, are asked for again."""

from collections.abc import Collection, Iterator

from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.gate.fixed_goldens import open_fixed_goldens
from graph_goldens.gate.home import find_home
from graph_goldens.gate.judge import judge_run
from graph_goldens.gate.project import Project
from graph_goldens.keys import Key
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run, list_runs, load_run
from graph_goldens.versions import make_public


def find_last_failed(project: Project, versions: Collection[Version] = ()) -> frozenset[Key]:
    """Hold the saved runs against the goldens of now, and find the records that would fail a check.

    Args:
        project: the project.
        versions: the PyTorch versions whose runs are meant; all where it is empty.

    Returns:
        Their keys; of a case that could not be used one without a tracing path.

    Raises:
        UserError: no run is saved, or one cannot be read.
    """
    public = {make_public(version) for version in versions}
    runs = [load_run(file) for file in list_runs(find_home(project))]
    meant = [run for run in runs if not public or make_public(run.version) in public]
    if not meant:
        raise UserError("no check is remembered, so nothing is known to have failed; run `goldens check`")
    return frozenset(key for run in meant for key in _find_failed(project, run))


def _find_failed(project: Project, run: Run) -> Iterator[Key]:
    for verdict in judge_run(run, open_fixed_goldens(project), project.policy):
        if verdict.exit_code is not ExitCode.SAME:
            yield verdict.record.key
    for mistake in run.mistakes:
        yield from (Key(name, "") for name in mistake.names)
