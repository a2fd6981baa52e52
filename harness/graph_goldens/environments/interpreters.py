"""Open interpreters that exist, and report what an unsuitable one lacks."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.environments.capture_variables import compose_capture_variables, make_capture_folders
from graph_goldens.environments.environment import Environment, describe, recall
from graph_goldens.environments.processes import TookTooLongError, run
from graph_goldens.errors import UserError
from graph_goldens.files import explain_os_error
from graph_goldens.json_reading import JsonError, read_json_as

_EXAMINE = Path(__file__).with_name("examine.py")
_EXAMINE_SECONDS = 60.0
_OLDEST = (3, 10)


def open_interpreter(python: str | Path, folder: Path) -> Environment:
    """Describe the environment of an interpreter that exists; nothing is installed into it.

    Args:
        python: its path, or a name that the search path finds.
        folder: the working folder.

    Raises:
        UserError: there is no such interpreter, it is too old, or it has no torch.
        ToolError: it cannot import its torch.
    """
    return describe(find_interpreter(python, folder), folder.resolve())


def find_interpreter(python: str | Path, folder: Path) -> Path:
    """Find an interpreter in which a worker can run, without importing its torch.

    Args:
        python: its path, or a name that the search path finds.
        folder: the working folder.

    Raises:
        UserError: there is no such interpreter, it is too old, or it has no torch.
    """
    found, folder = _find(python), folder.resolve()
    if recall(found, folder) is None:
        _examine(found, folder)
    return found


def _find(python: str | Path) -> Path:
    if Path(python).is_dir():
        raise UserError(f"{python} is a folder, not an interpreter; give one such as {python}/bin/python")
    found = shutil.which(python)
    if found is None:
        raise UserError(f"{python} is not an interpreter that can be run; give the path of a Python")
    return Path(found).absolute()


@dataclass(frozen=True)
class _Examined:
    """What `examine.py` says of the interpreter that runs it: its version, and whether it has torch."""

    python: tuple[int, ...]
    torch: bool


def _examine(python: Path, folder: Path) -> None:
    """Refuse an interpreter in which no worker can run.

    Raises:
        UserError: it is not a Python, is too old, or has no torch.
    """
    try:
        found = read_json_as(_ask(python, folder), _Examined)
    except (TookTooLongError, JsonError):
        raise UserError(
            f"{python} is not a Python 3 interpreter; give the path of one that has torch"
        ) from None
    if found.python < _OLDEST:
        oldest, own = (".".join(map(str, version)) for version in (_OLDEST, found.python))
        raise UserError(f"{python} is Python {own}, but {oldest} or newer is needed; give the path of one")
    if not found.torch:
        raise UserError(
            f"{python} has no torch; install it there, or have an environment made with --torch VERSION"
        )


def _ask(python: Path, folder: Path) -> str:
    variables = compose_capture_variables(folder, folder, hash_seed=0)
    with explain_os_error(f"run {python}"):
        make_capture_folders(variables)
        output = run([str(python), "-I", str(_EXAMINE)], variables, folder, _EXAMINE_SECONDS).output
    return next((line for line in reversed(output.splitlines()) if line.startswith("{")), "")
