"""The `goldens` command: its subcommands, and how failures end it."""

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec

import typer
from rich.console import Console
from rich.text import Text

from harness.cli.bisect import bisect
from harness.cli.check import check, update
from harness.cli.diff import diff
from harness.cli.doctor import doctor
from harness.cli.history import history
from harness.cli.inspect import list_cases, show
from harness.cli.merge import merge
from harness.cli.pending import accept, pending, reject
from harness.cli.prune import prune
from harness.cli.report import report
from harness.cli.review import review
from harness.errors import ToolError, UserError
from harness.reports.difference import printable
from harness.runs.verdict import ExitCode

Parameters = ParamSpec("Parameters")

app = typer.Typer(
    name="goldens",
    help="Golden files of the graphs that PyTorch's tracing paths give.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog=(
        "Exit codes: 0 same, 1 semantic drift, 2 usage, 3 cosmetic drift only, 4 missing or unused goldens, "
        "5 not reproducible, 70 the tool or an environment failed, 130 interrupted."
    ),
)


def _ending(command: Callable[Parameters, int]) -> Callable[Parameters, None]:
    """Make a command's result its exit code, and report a failure in one sentence."""

    @functools.wraps(command)
    def ended(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except UserError as error:
            code = _told(str(error), ExitCode.USAGE)
        except ToolError as error:
            code = _told(str(error), ExitCode.TOOL_FAILED)
        except KeyboardInterrupt:
            code = _told(
                "interrupted; every golden is whole, and what was not written is as it was",
                ExitCode.INTERRUPTED,
            )
        raise typer.Exit(code)

    return ended


def _told(sentence: str, code: ExitCode) -> int:
    console = Console(stderr=True, highlight=False)
    console.print(Text.assemble(("goldens: ", "bold red"), printable(sentence)), soft_wrap=True)
    return code


app.command()(_ending(check))
app.command()(_ending(update))
app.command()(_ending(merge))
app.command()(_ending(review))
app.command()(_ending(pending))
app.command()(_ending(accept))
app.command()(_ending(reject))
app.command("list")(_ending(list_cases))
app.command()(_ending(show))
app.command()(_ending(history))
app.command()(_ending(diff))
app.command()(_ending(bisect))
app.command()(_ending(report))
app.command()(_ending(prune))
app.command()(_ending(doctor))


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.freeze()  # what was imported stays: to look through it for garbage is a tenth of a cached check's time
    app(prog_name="goldens")
