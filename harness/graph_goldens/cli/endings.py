"""How a command ends: with its code, or with a failure told in one sentence."""

import functools
import gc
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import typer

from graph_goldens.cli.streams import drop_output, flush_streams, is_pipe_closed
from graph_goldens.errors import ToolError, UserError
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.words import make_visible, shorten_text

TRACEBACK = "GOLDENS_TRACEBACK"
MOST_LETTERS = 600
INTERRUPTED = "interrupted; every golden is whole, and what was not written is as it was"


def end_command(command: Callable[..., int]) -> Callable[..., None]:
    """Make a command's result its exit code, and report a failure in one sentence."""

    @functools.wraps(command)
    def run_command(**values: object) -> None:
        try:
            code = command(**values)
        except (Exception, KeyboardInterrupt) as error:
            if isinstance(error, typer.Exit | typer.Abort | typer.BadParameter):
                raise
            code = tell_failure(error)
        raise typer.Exit(code)

    return run_command


def leave(action: Callable[[], object]) -> NoReturn:
    """Do what was asked for and leave with its exit code, with all that was written really written."""
    output = sys.stdout
    try:
        action()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else ExitCode.TOOL_FAILED
        if output and sys.stdout is not output:  # typer puts another there where nobody reads (core._main)
            code = ExitCode.TOOL_FAILED
    except (Exception, KeyboardInterrupt) as error:
        code = tell_failure(error)
    try:
        flush_streams()
    except (OSError, ValueError) as error:
        code = tell_failure(error)
    if code == ExitCode.INTERRUPTED:
        os._exit(code)  # see `graph_goldens.cli.main`
    gc.freeze()  # leaving looks through everything for garbage once more
    sys.exit(code)


def tell_failure(error: BaseException) -> int:
    """Tell a failure in one sentence, and return the code that it ends the command with.

    Up to Python 3.11 an interrupt that comes while a class is made is the cause of a `RuntimeError`
    (`type_new_set_names` of Objects/typeobject.c), and importing makes hundreds of classes.
    """
    match error:
        case KeyboardInterrupt() | RuntimeError(__cause__=KeyboardInterrupt()):
            return _tell(INTERRUPTED, ExitCode.INTERRUPTED)
        case UserError():
            return _tell(str(error), ExitCode.USAGE)
        case ToolError():
            return _tell(str(error), ExitCode.TOOL_FAILED)
        case OSError() if is_pipe_closed():
            drop_output()
            return ExitCode.TOOL_FAILED
        case OSError():
            drop_output()
            return _tell(_explain_os_error(error), ExitCode.TOOL_FAILED)
        case _:
            return _tell(_explain_fault(error), ExitCode.TOOL_FAILED)


def _explain_os_error(error: OSError) -> str:
    where = error.filename if error.filename is not None else "standard output"
    return f"cannot use {where}: {error.strerror or error}{_offer_traceback(error)}"


def _explain_fault(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"this is a fault of the tool, at {where}: {what}{_offer_traceback(error)}"


def _offer_traceback(error: BaseException) -> str:
    """Print the traceback where a person asked for it, else say how to ask."""
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
        return ""
    return f"; {TRACEBACK}=1 shows where it comes from"


def _tell(sentence: str, code: ExitCode) -> int:
    label = "\x1b[1;31mgoldens: \x1b[0m" if _is_coloured() else "goldens: "
    try:
        print(label + make_visible(shorten_text(sentence, MOST_LETTERS)), file=sys.stderr, flush=True)
    except OSError:
        return ExitCode.TOOL_FAILED  # nobody can be told
    return code


def _is_coloured() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
