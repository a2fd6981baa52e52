"""`goldens find`."""

from typing import Annotated

import typer

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.gate.pattern_search import search_goldens
from graph_goldens.gate.resolved_goldens import read_versions
from graph_goldens.report.search_text import encode_search, show_search

PatternText = Annotated[
    str,
    typer.Argument(
        metavar="PATTERN",
        help="What to look for, such as 'aten.linear -> aten.relu'; docs/patterns.md is the manual.",
    ),
]


def find(
    pattern: PatternText,
    chosen: capture_options.Chosen,
    *,
    torch: options.HeldVersions = None,
    shown: capture_options.Shown,
    places: options.Places,
) -> int:
    """Find where a pattern of operators stands in the goldens, and which versions lost or gained it.

    Needs no PyTorch. The first search reads all goldens, later ones those that changed.

    Example: goldens find 'aten.linear -> aten.relu' --torch all
    """
    project = open_project(places)
    search = search_goldens(project, pattern, chosen.selection, read_versions(project, torch or ()))
    if shown.as_json:
        print_json(encode_search(search))
    else:
        show_search(make_output(), search, everything=shown.verbose)
    return 0
