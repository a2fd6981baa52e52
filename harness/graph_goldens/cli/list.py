"""`goldens list`."""

from collections.abc import Sequence
from dataclasses import replace

from rich.table import Table
from rich.text import Text

from graph_goldens.cases.case_folders import SeveralFolders, locate_file, show_file
from graph_goldens.cli import options
from graph_goldens.cli.consoles import make_output, make_progress_output
from graph_goldens.cli.output import print_json
from graph_goldens.cli.progress import ProgressWatcher
from graph_goldens.cli.project import open_project
from graph_goldens.cli.requests import make_request
from graph_goldens.environments.worker_messages import ListedCase
from graph_goldens.gate.inventory import Inventory, list_all
from graph_goldens.gate.project import Project
from graph_goldens.runs.listed_selection import demand_no_mistakes
from graph_goldens.runs.selection import Selection
from graph_goldens.words import make_visible


def list_cases(
    *,
    selectors: options.Selectors = None,
    torch: options.Torch = "",
    python: options.Python = "",
    as_json: options.AsJson = False,
    places: options.Places,
) -> int:
    """List the cases, where each is written, its tracing paths, and those that are the project's own.

    What is wrong with others is told after them, and then the command ends with 2.

    Example: goldens list 'torchbind/compile_*'
    """
    project = open_project(places)
    request = make_request(project, torch, Selection(tuple(selectors or ())), python)
    with ProgressWatcher(make_progress_output()) as watcher:
        found = list_all(request, watcher)
    if isinstance(project.cases, SeveralFolders):
        found = replace(found, cases=tuple(_name_in_project(each, project) for each in found.cases))
    if as_json:
        _print_json(found.cases)
    else:
        _print_table(found)
    demand_no_mistakes(found.mistakes)
    return 0


def _name_in_project(listed: ListedCase, project: Project) -> ListedCase:
    """Name a case's file from the project's folder: from which of its folders of packs would not be told."""
    file = locate_file(project.cases, listed.file)
    return replace(listed, file=show_file(project.cases, file, project.root))


def _print_json(listed: Sequence[ListedCase]) -> None:
    print_json(
        [
            {"case": each.case, "paths": list(each.paths), "file": each.file, "line": each.line}
            for each in listed
        ]
    )


def _print_table(found: Inventory) -> None:
    console, table = make_output(), Table(box=None, pad_edge=False)
    for heading in ("case", "written in", "tracing paths"):
        table.add_column(heading, overflow="fold")
    for each in found.cases:
        table.add_row(each.case, f"{each.file}:{each.line}", str(len(each.paths)))
    console.print(table)
    console.print(f"{len(found.cases)} cases")
    for path in found.paths:
        where = f"{path.file}:{path.line}" if path.line else path.file
        place = f", after {path.after}" if path.after else ""
        console.print(Text(make_visible(f"own tracing path {path.name}: {where}{place}")), soft_wrap=True)
