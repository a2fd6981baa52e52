"""`goldens history`."""

from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output
from graph_goldens.cli.output import print_json
from graph_goldens.cli.project import open_project
from graph_goldens.gate.golden_lookup import find_histories
from graph_goldens.gate.places import open_goldens
from graph_goldens.report.history_table import encode_history, show_histories


def history(
    case: options.OneCase,
    *,
    path: options.Paths = None,
    as_json: options.AsJson = False,
    places: options.Places,
) -> int:
    """Show at which PyTorch versions the graphs of a case changed: a letter for each. Needs no PyTorch.

    Example: goldens history torchbind/attribute --path export
    """
    project = open_project(places)
    histories = find_histories(open_goldens(project), case, path or (), project.policy)
    if as_json:
        print_json([encode_history(each) for each in histories])
    else:
        show_histories(make_output(), histories)
    return 0
