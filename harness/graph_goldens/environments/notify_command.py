"""A person's command that is told something: it gets JSON on standard input."""

import json
import os
import shlex
from pathlib import Path

from graph_goldens.environments.processes import TookTooLongError, describe_ending, run
from graph_goldens.errors import ToolError, UserError
from graph_goldens.records import Json

NOTIFY_SECONDS = 300.0


def tell_command(command: str, message: Json, folder: Path) -> None:
    """Run a command, without a shell, and hand it a message on its standard input.

    Raises:
        UserError: the text is not a command.
        ToolError: it cannot be run, takes more than five minutes, or ends with anything but 0.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UserError(f"{command!r} is not a command: {error}") from None
    if not words:
        raise UserError("--notify is empty; give a command that reads JSON on its standard input")
    try:
        given = (json.dumps(message) + "\n").encode()
        ended = run(words, os.environ, folder, NOTIFY_SECONDS, given)
    except TookTooLongError:
        raise ToolError(
            f"{words[0]} took more than {NOTIFY_SECONDS:.0f} seconds to be told something"
        ) from None
    if ended.status:
        said = " ".join(ended.output.split())[-200:]
        how = describe_ending(ended.status) + (f": {said}" if said else "")
        raise ToolError(f"{words[0]} was not told what is new: it ended with {how}")
