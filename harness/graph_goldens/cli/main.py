"""The `goldens` command: its subcommands, and how failures end it."""

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec

import typer
from rich.console import Console
from rich.text import Text

from graph_goldens.cli.bisect import bisect
from graph_goldens.cli.check import check, update
from graph_goldens.cli.diff import diff
from graph_goldens.cli.doctor import doctor
from graph_goldens.cli.history import history
from graph_goldens.cli.inspect import list_cases, show
from graph_goldens.cli.merge import merge
from graph_goldens.cli.pending import accept, pending, reject
from graph_goldens.cli.prune import prune
from graph_goldens.cli.report import report
from graph_goldens.cli.review import review
from graph_goldens.errors import ToolError, UserError
from graph_goldens.runs.verdict import ExitCode
from graph_goldens.words import make_visible

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


def _end_command(command: Callable[Parameters, int]) -> Callable[Parameters, None]:
    """Make a command's result its exit code, and report a failure in one sentence."""

    @functools.wraps(command)
    def ended(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except UserError as error:
            code = _tell(str(error), ExitCode.USAGE)
        except ToolError as error:
            code = _tell(str(error), ExitCode.TOOL_FAILED)
        except KeyboardInterrupt:
            code = _tell(
                "interrupted; every golden is whole, and what was not written is as it was",
                ExitCode.INTERRUPTED,
            )
        raise typer.Exit(code)

    return ended


def _tell(sentence: str, code: ExitCode) -> int:
    console = Console(stderr=True, highlight=False)
    console.print(Text.assemble(("goldens: ", "bold red"), make_visible(sentence)), soft_wrap=True)
    return code


app.command()(_end_command(check))
app.command()(_end_command(update))
app.command()(_end_command(merge))
app.command()(_end_command(review))
app.command()(_end_command(pending))
app.command()(_end_command(accept))
app.command()(_end_command(reject))
app.command("list")(_end_command(list_cases))
app.command()(_end_command(show))
app.command()(_end_command(history))
app.command()(_end_command(diff))
app.command()(_end_command(bisect))
app.command()(_end_command(report))
app.command()(_end_command(prune))
app.command()(_end_command(doctor))


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.freeze()  # what was imported stays: to look through it for garbage is a tenth of a cached check's time
    app(prog_name="goldens")
