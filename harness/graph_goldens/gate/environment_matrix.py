"""Many environments in one command: each on its own, and what changed from one version to the next."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.compare import compare
from graph_goldens.environments.uv_run import RefusedEnvironmentError
from graph_goldens.errors import ToolError
from graph_goldens.gate.request import Request
from graph_goldens.gate.result import Result
from graph_goldens.gate.watcher import Watcher
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import Run


@dataclass(frozen=True)
class Failure:
    """An environment that could not be used, a sentence that says why, and the code that it ends with."""

    name: str
    problem: str
    code: ExitCode = ExitCode.TOOL_FAILED


Ended = Result | Failure
Action = Callable[[Request, Watcher], Result]


def attempt(request: Request, action: Action, watcher: Watcher) -> Ended:
    """Work with one environment of several: its failure does not stop the others."""
    try:
        return action(request, watcher)
    except RefusedEnvironmentError as error:
        return Failure(request.name, str(error), ExitCode.USAGE)
    except ToolError as error:
        return Failure(request.name, str(error))


def choose_exit_code(ended: Ended, fail_on: Severity) -> ExitCode:
    """Find the code with which a command about one environment ends."""
    return ended.code if isinstance(ended, Failure) else ended.find_exit_code(fail_on)


def count_changes(before: Run, after: Run) -> Mapping[DriftClass, int]:
    """Count the records that differ between two runs, by class of drift."""
    drifts = [
        compare(before.captures[key].record, capture.record)
        for key, capture in after.captures.items()
        if key in before.captures
    ]
    return Counter(drift.kind for drift in drifts if drift)
