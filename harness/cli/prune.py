"""`goldens prune`."""

import typer

from harness.cli import options
from harness.cli.progress import ProgressWatcher
from harness.cli.project import make_request, open_project, output, progress_output
from harness.gate.gate import goldens_of
from harness.gate.inspect import find_unused
from harness.goldens import update_lock


def prune(
    torch: options.Torch = "",
    yes: options.Yes = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
) -> int:
    """Delete goldens that no case gives a record for, after showing them. Nothing else ever deletes one.

    Example: goldens prune --yes
    """
    project = open_project(cases, snapshots)
    with ProgressWatcher(progress_output()) as watcher:
        unused = find_unused(make_request(project, torch, None, None), watcher)
        console = output()
        for stored in unused:
            console.print(str(stored.file), soft_wrap=True)
        if not unused:
            console.print("every golden is of a case; there is nothing to prune")
            return 0
    if not yes and not typer.confirm(f"delete these {len(unused)} goldens?"):
        console.print("nothing was deleted")
        return 0
    with update_lock(project.snapshots, project.working, console.print):
        goldens_of(project).remove([stored.file for stored in unused])
    console.print(f"deleted {len(unused)} goldens")
    return 0
