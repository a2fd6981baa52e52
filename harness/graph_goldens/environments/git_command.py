"""Run git, and fail in a sentence."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from graph_goldens.environments.processes import TookTooLongError, run
from graph_goldens.errors import ToolError

_SECONDS = 600.0


def run_git(
    folder: Path, arguments: Sequence[str], variables: Mapping[str, str], options: Sequence[str] = ()
) -> str:
    """Run git in a folder, without the monitor that a repository may ask for, and return what it wrote.

    Args:
        folder: a folder of the repository.
        arguments: the subcommand and its arguments.
        variables: all of its environment variables.
        options: git's own options, before the subcommand.

    Raises:
        ToolError: git fails or takes too long.
    """
    command = ["git", "-C", str(folder.resolve()), "-c", "core.fsmonitor=false", *options, *arguments]
    try:
        finished = run(command, variables, Path("/"), _SECONDS)
    except TookTooLongError:
        raise ToolError(f"git took more than {_SECONDS:.0f} seconds in {folder}") from None
    if finished.status:
        raise ToolError(f"git {arguments[0]} fails in {folder}: {finished.output.strip()[:200]}")
    return finished.output
