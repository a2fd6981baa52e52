"""`goldens operators`."""

import sys
from typing import Annotated

import typer

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.errors import UserError
from graph_goldens.gate.operator_census import count_operators, keep_new
from graph_goldens.gate.resolved_goldens import read_step, read_versions
from graph_goldens.report.operator_table import encode_operators, show_operators, write_operators_csv

NewIn = Annotated[
    str,
    typer.Option(
        "--new-in",
        metavar="VERSION",
        show_default=False,
        help="Only what occurs by a tracing path in this version and did not in the one before.",
    ),
]
AsCsv = Annotated[
    bool, typer.Option("--csv", help="Print a line for each operator, version and tracing path.")
]


def operators(
    chosen: capture_options.Chosen,
    *,
    torch: options.HeldVersions = None,
    new_in: NewIn = "",
    as_csv: AsCsv = False,
    shown: capture_options.Shown,
    places: options.Places,
) -> int:
    """List the operators that occur in the goldens, by version and tracing path: what a backend must support.

    Needs no PyTorch.

    Example: goldens operators --path 'export*' --new-in 2.15
    """
    if new_in and torch:
        raise UserError("--new-in compares a version with the one before; leave --torch out")
    if as_csv and shown.as_json:
        raise UserError("give --json or --csv, not both")
    project = open_project(places)
    versions = read_step(project, new_in) if new_in else read_versions(project, torch or ())
    census = count_operators(project, chosen.selection, versions)
    census = keep_new(census) if new_in else census
    if shown.as_json:
        print_json(encode_operators(census))
    elif as_csv:
        sys.stdout.write(write_operators_csv(census))
    else:
        show_operators(make_output(), census, everything=shown.verbose)
    return 0
