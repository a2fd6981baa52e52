"""The formats of a report: each is a function and a line in a table."""

import enum
from collections.abc import Callable, Mapping
from pathlib import Path

from harness.errors import UserError
from harness.reports.as_json import render_json
from harness.reports.github import render_github
from harness.reports.junit import render_junit
from harness.reports.markdown import render_markdown
from harness.reports.page import render_page
from harness.reports.report import Report
from harness.reports.sarif import render_sarif


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
