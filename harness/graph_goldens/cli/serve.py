"""`goldens serve`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output, print_note
from graph_goldens.cli.project import open_project
from graph_goldens.late_parts import load_part
from graph_goldens.live.serve_settings import ServeSettings, demand_installed

DEFAULT_PORT = 8713

Port = Annotated[
    int, typer.Option("--port", min=0, max=65535, metavar="PORT", help="Port to listen on; 0 for a free one.")
]
Listen = Annotated[
    str,
    typer.Option(
        "--listen",
        metavar="ADDR",
        show_default=False,
        help="Address to listen on, instead of 127.0.0.1; it needs --token-file.",
    ),
]
Hosts = Annotated[
    list[str] | None,
    typer.Option(
        "--host",
        metavar="NAME",
        help="Further name by which browsers come, as of a proxy; may be given again.",
    ),
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file", metavar="FILE", help="File of the token, yours alone, instead of a random one."
    ),
]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="Let nobody change anything, to publish it.")]
Open = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]


def serve(
    *,
    port: Port = DEFAULT_PORT,
    listen: Listen = "",
    host: Hosts = None,
    token_file: TokenFile = None,
    read_only: ReadOnly = False,
    show: Open = False,
    places: options.Places,
) -> int:
    """Review what is pending in a browser, and start checks there: a live page on 127.0.0.1.

    Example: goldens serve --open
    """
    project = open_project(places)
    demand_installed()
    settings = ServeSettings(
        port, listen, tuple(host or ()), token_file, read_only, show, _list_places(places)
    )
    code: int = load_part("the live page")(project, settings, _say, print_note)
    return code


def _list_places(places: options.Places) -> tuple[str, ...]:
    named = (("--cases", places.cases), ("--snapshots", places.snapshots))
    return tuple(f"{option}={folder.resolve()}" for option, folder in named if folder)


def _say(text: str) -> None:
    make_output().print(escape(text), soft_wrap=True)
