"""Where a report goes, and in which format: the options of all commands that write one."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from graph_goldens.cli.consoles import make_output
from graph_goldens.errors import UserError
from graph_goldens.files import write_whole
from graph_goldens.report.formats.markdown import LIMIT, render_markdown
from graph_goldens.report.formats.table import FORMAT_ROWS, Format, find_format
from graph_goldens.report.model import Report
from graph_goldens.report.phrases import describe_report

Written = Annotated[
    Format | None,
    typer.Option(
        "--format",
        show_default=False,
        help="Format of the report; by the file's name if not given, else `report` writes Markdown.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to write it, instead of printing it."),
]


def choose_format(written: Format | None, file: Path | None) -> Format | None:
    """Choose what is written: what is asked for, or else what the file's name says; None where neither does.

    Raises:
        UserError: the file's name asks for no known format.
    """
    return written or (find_format(file) if file else None)


def write_report(made: Report, wanted: Format, file: Path | None, limit: int = LIMIT) -> None:
    """Write a report to a file, and say so, or to standard output.

    Args:
        made: the report.
        wanted: its format.
        file: the file; standard output where None.
        limit: most bytes of it in Markdown.

    Raises:
        UserError: the file is a folder.
        ToolError: it cannot be written.
    """
    text = render_markdown(made, limit) if wanted is Format.MARKDOWN else FORMAT_ROWS[wanted].render(made)
    _write(text.encode("utf-8", "replace"), file)
    if file:
        make_output().print(escape(f"{describe_report(made)}\nwrote {file}"), soft_wrap=True)


def _write(content: bytes, file: Path | None) -> None:
    if file is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    elif file.is_dir():
        raise UserError(f"{file} is a folder; give a file to --output, such as {file / 'report.html'}")
    else:
        write_whole(file, content, file.parent)
