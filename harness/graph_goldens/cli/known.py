"""`goldens known`."""

from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.gate.known_matching import read_today
from graph_goldens.goldens.known_drift import KnownDrift
from graph_goldens.goldens.known_folder import list_known
from graph_goldens.report.drift_text import print_lines
from graph_goldens.report.known_text import encode_known, list_decisions


def known(*, as_json: options.AsJson = False, places: options.Places) -> int:
    """List the decisions about known drift, those that end first before the others.

    Example: goldens known --json
    """
    project = open_project(places)
    found = sorted(list_known(project.snapshots), key=_rank)
    if as_json:
        today = read_today()
        rows = [
            {**encode_known(each), "over": each.is_over(today), "ends_soon": each.ends_soon(today)}
            for each in found
        ]
        print_json(rows)
        return 0
    print_lines(make_output(), list_decisions(found))
    if not found:
        make_output().print("no drift is known; `goldens triage CLUSTER` says that some is")
    return 0


def _rank(each: KnownDrift) -> tuple[str, str]:
    return (each.until.isoformat() if each.until else "9999-12-31", each.name)
