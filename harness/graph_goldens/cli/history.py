"""`goldens history`."""

import json

from graph_goldens.cli import options
from graph_goldens.cli.project import make_output, open_project
from graph_goldens.gate.golden_lookup import find_histories
from graph_goldens.gate.places import open_goldens
from graph_goldens.report.history_table import encode_history, show_histories


def history(
    case: str,
    path: options.Paths = None,
    as_json: options.AsJson = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
) -> int:
    """Show at which PyTorch versions the graphs of a case changed: a letter for each. Needs no PyTorch.

    Example: goldens history torchbind/attribute --path export
    """
    histories = find_histories(open_goldens(open_project(cases, snapshots)), case, path or ())
    console = make_output()
    if as_json:
        rows = [encode_history(each) for each in histories]
        console.out(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        show_histories(console, histories)
    return 0
