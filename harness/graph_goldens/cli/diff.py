"""`goldens diff`."""

from typing import Annotated

import typer

from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.gate.golden_lookup import find_differences
from graph_goldens.gate.meant_versions import read_meant_version
from graph_goldens.gate.places import open_goldens
from graph_goldens.report.comparison_text import encode_comparison, show_comparison

From = Annotated[str, typer.Option("--from", metavar="VERSION", help="PyTorch version to compare from.")]
To = Annotated[str, typer.Option("--to", metavar="VERSION", help="PyTorch version to compare to.")]
AllLines = Annotated[bool, typer.Option("--all-lines", help="Show every line, not only the first few.")]


def diff(
    case: options.OneCase,
    old: From,
    new: To,
    *,
    path: options.Paths = None,
    as_json: options.AsJson = False,
    all_lines: AllLines = False,
    places: options.Places,
) -> int:
    """Show how the goldens of a case differ between two PyTorch versions. Needs no PyTorch.

    Example: goldens diff torchbind/attribute --path export --from 2.8.0 --to 2.9.1
    """
    project = open_project(places)
    goldens = open_goldens(project)
    versions = read_meant_version(old, goldens), read_meant_version(new, goldens)
    compared = find_differences(goldens, case, path or (), versions, project.policy)
    if as_json:
        print_json(encode_comparison(compared))
    else:
        show_comparison(make_output(), compared, all_lines=all_lines)
    return 0
