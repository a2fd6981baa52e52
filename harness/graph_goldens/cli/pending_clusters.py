"""What `goldens pending` shows where anything may be pending."""

from collections.abc import Sequence

from graph_goldens.cli.consoles import make_output
from graph_goldens.cli.output import print_json
from graph_goldens.gate.home import find_home
from graph_goldens.gate.project import Project
from graph_goldens.report.cluster_text import (
    Commands,
    describe_nothing_pending,
    show_pending,
    show_pending_cluster,
)
from graph_goldens.review.find_pending import Choice, choose, find_pending
from graph_goldens.review.pending_json import encode_cluster, encode_pending
from graph_goldens.runs.nothing_pending import note_nothing_pending, read_state


def show_pending_clusters(
    project: Project, clusters: Sequence[str], torch: Sequence[str], everything: bool, as_json: bool
) -> int:
    """Look at the saved runs, and show what is pending in them, or some clusters of it in full."""
    state = read_state(find_home(project), project.snapshots, str(project.policy))
    found = find_pending(project, torch)
    chosen = choose(found, Choice(clusters)) if clusters else None
    console, commands = make_output(), Commands(" ".join(f"--torch {version}" for version in torch))
    if as_json:
        full = [encode_cluster(each, project.root, texts=True) for each in chosen or ()]
        print_json(encode_pending(found, project.root) if chosen is None else full)
    elif chosen is None:
        show_pending(console, found, commands, rejected=everything)
    else:
        for cluster in chosen:
            show_pending_cluster(console, cluster, commands)
    if not torch and found.empty:
        note_nothing_pending(find_home(project), state, describe_nothing_pending(found))
    return 0
