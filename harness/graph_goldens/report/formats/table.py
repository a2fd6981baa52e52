"""The formats of a report: each is a function and a row."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_goldens.errors import UserError
from graph_goldens.report.as_json import render_json
from graph_goldens.report.formats.github import render_github
from graph_goldens.report.formats.junit import render_junit
from graph_goldens.report.formats.markdown import render_markdown
from graph_goldens.report.formats.sarif import render_sarif
from graph_goldens.report.model import Report
from graph_goldens.report.page import render_page


class Format(enum.Enum):
    """What a report is written as."""

    MARKDOWN = "markdown"
    HTML = "html"
    JUNIT = "junit"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


@dataclass(frozen=True)
class FormatRow:
    """What is said of a format.

    Attributes:
        render: makes its text of a report.
        suffix: the end of the names of its files; empty where no file's name asks for it.
    """

    render: Callable[[Report], str]
    suffix: str = ""


FORMAT_ROWS: Mapping[Format, FormatRow] = {
    Format.MARKDOWN: FormatRow(render_markdown, ".md"),
    Format.HTML: FormatRow(render_page, ".html"),
    Format.JUNIT: FormatRow(render_junit, ".xml"),
    Format.JSON: FormatRow(render_json, ".json"),
    Format.SARIF: FormatRow(render_sarif, ".sarif"),
    Format.GITHUB: FormatRow(render_github),
}


def find_format(file: Path) -> Format:
    """Find the format that a file's name asks for.

    Raises:
        UserError: its name asks for no known format.
    """
    suffixes = {row.suffix: wanted for wanted, row in FORMAT_ROWS.items() if row.suffix}
    if file.suffix not in suffixes:
        known = ", ".join(suffixes)
        raise UserError(f"{file} has none of the suffixes {known}: say what it is to hold with --format")
    return suffixes[file.suffix]
