"""`goldens claims`."""

from graph_goldens.cli import capture_options, options
from graph_goldens.cli.consoles import make_output
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.gate.golden_claims import check_golden_claims
from graph_goldens.gate.resolved_goldens import read_versions
from graph_goldens.report.claims_text import encode_claims, show_claims


def claims(
    chosen: capture_options.Chosen,
    *,
    torch: options.HeldVersions = None,
    shown: capture_options.Shown,
    places: options.Places,
) -> int:
    """Hold the goldens against the claims that case modules write out, and say which versions break them.

    Needs no PyTorch, and imports no case. What a module computes is left to `goldens check`.

    Example: goldens claims --torch all
    """
    project = open_project(places)
    found = check_golden_claims(project, chosen.selection, read_versions(project, torch or ()))
    if shown.as_json:
        print_json(encode_claims(found))
    else:
        show_claims(make_output(), found, everything=shown.verbose)
    return found.exit_code
