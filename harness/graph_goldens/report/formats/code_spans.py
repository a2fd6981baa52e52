"""Texts from elsewhere as code in Markdown, which no renderer interprets."""

import re
from collections.abc import Iterable

from graph_goldens.words import flatten_text

LONGEST = 240


def format_code(text: str, *, in_table: bool = False) -> str:
    """Format a text as a code span of one line, without the quotes around names, which are code already."""
    shown = re.sub("`([^`]*)`", r"\1", flatten_text(text, LONGEST)) or " "
    if in_table:
        # A table is cut at its bars first, code or not, and reads a backslash before one as part of it.
        shown = re.sub(r"\\(?=\|)", r"\\ ", shown).replace("|", r"\|")
    marks = "`" * (_measure_longest_run([shown]) + 1)
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{marks}{pad}{shown}{pad}{marks}"


def choose_fence(lines: Iterable[str]) -> str:
    """Choose a fence that none of the lines ends."""
    return "`" * max(3, _measure_longest_run(lines) + 1)


def _measure_longest_run(lines: Iterable[str]) -> int:
    return max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
