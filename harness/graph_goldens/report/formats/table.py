"""The formats of a report: each is a function and a line in a table."""

import enum
from collections.abc import Callable, Mapping
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


RENDERERS: Mapping[Format, Callable[[Report], str]] = {
    Format.MARKDOWN: render_markdown,
    Format.HTML: render_page,
    Format.JUNIT: render_junit,
    Format.JSON: render_json,
    Format.SARIF: render_sarif,
    Format.GITHUB: render_github,
}

_SUFFIXES = {
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".xml": Format.JUNIT,
    ".json": Format.JSON,
    ".sarif": Format.SARIF,
}


def find_format(file: Path) -> Format:
    """Find the format that a file's name asks for.

    Raises:
        UserError: its name asks for no known format.
    """
    if file.suffix not in _SUFFIXES:
        known = ", ".join(_SUFFIXES)
        raise UserError(f"{file} has none of the suffixes {known}: say what it is to hold with --format")
    return _SUFFIXES[file.suffix]
