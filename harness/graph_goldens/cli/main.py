"""The `goldens` command: finds the command that is asked for, and sees to how it ends."""

import gc
import os
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from graph_goldens.cli.commands import COMMANDS, CommandRow, load_command
from graph_goldens.cli.endings import end_command, leave
from graph_goldens.cli.option_groups import spread_groups
from graph_goldens.cli.streams import mend_streams
from graph_goldens.cli.typed_values import QuickCommand, quicken
from graph_goldens.late_parts import load_part

_ROWS: Mapping[str, CommandRow] = {row.name: row for row in COMMANDS}
_HELP_WIDTH = 79
SELDOM = 50_000
"""New objects after which garbage is looked for. Python's 700 are few beside the nodes of one graph, of which
next to none is in a cycle: of 20,000 nodes, the search was a seventh of the time of a comparison."""

ASKED_BY_SHELL = "_GOLDENS_COMPLETE"
"""The variable by which a shell's script asks what may come next; typer makes it of the program's name."""


class TableGroup(TyperGroup):
    """The commands of the table, each imported when it is asked for."""

    def get_params(self, ctx: Any) -> Any:
        """List the parameters, that of the help included."""
        return quicken(super().get_params(ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        """List the names of all commands, in the order of the table."""
        return list(_ROWS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command; None where there is none of the name."""
        if cmd_name not in _ROWS:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = _build_command(_ROWS[cmd_name])
        return self.commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands in the help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(row.name, row.help) for row in COMMANDS])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is asked for; one of a name like it is offered where there is none."""
        self.commands.update({name: TyperCommand(name) for name in _ROWS if args[0] not in _ROWS})
        return super().resolve_command(ctx, args)


def _build_command(row: CommandRow) -> Any:
    spread = spread_groups(load_command(row))
    gc.freeze()  # what was imported stays: to look through it for garbage is a tenth of a cached check's time
    gc.set_threshold(SELDOM)
    gc.enable()
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(row.name, cls=QuickCommand)(end_command(spread))
    command = get_command(alone)
    quicken(command.params, spread.__annotations__)
    return command


app = typer.Typer(
    name="goldens",
    cls=TableGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 100},
    epilog=(
        "Exit codes: 0 same, 1 semantic drift, 2 usage, 3 cosmetic drift only, 4 missing or unused goldens, "
        "5 not reproducible, 6 a claim is broken, 7 known drift is gone, "
        "70 the tool or an environment failed, 130 interrupted."
    ),
)


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"goldens {load_part('the version of the tool')()}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", is_eager=True, callback=_tell_version, help="Tell the version, and end."),
]


@app.callback()
def goldens(*, version: Version = False) -> None:
    """Golden files of the graphs that PyTorch's tracing paths give."""


def run() -> None:
    """Run the command line and leave with its exit code."""
    leave(_start)


def _start() -> None:
    mend_streams()
    if os.environ.get(ASKED_BY_SHELL):
        load_part("answers for a shell")()
    app(prog_name="goldens")
