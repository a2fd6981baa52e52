"""`goldens check` and `goldens update`."""

import json
from typing import Annotated

import typer
from rich.console import Console

from harness.cli import options
from harness.cli.progress import ProgressWatcher
from harness.cli.project import make_request, open_project, output, progress_output
from harness.drift import Severity
from harness.gate import gate
from harness.gate.gate import Request, Result
from harness.reports.as_json import result_json
from harness.reports.terminal import show_findings, show_summary, show_written
from harness.runs.selection import Selection
from harness.runs.verdict import ExitCode

FailOn = Annotated[
    Severity, typer.Option("--fail-on", help="The mildest drift that fails: any drift is at least cosmetic.")
]


def check(
    selectors: options.Selectors = None,
    path: options.Paths = None,
    torch: options.Torch = "",
    fail_on: FailOn = Severity.COSMETIC,
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
    jobs: options.Jobs = None,
    timeout: options.Timeout = None,
) -> int:
    """Capture graphs and hold them against the goldens. Writes nothing outside `.goldens/`.

    Example: goldens check torchbind/attribute --path export
    """
    project = open_project(cases, snapshots, jobs, timeout)
    request = make_request(project, torch, selectors, path)
    with ProgressWatcher(progress_output()) as watcher:
        result = gate.check(request, watcher)
    code = result.exit_code(fail_on)
    _report(result, request, code, as_json=as_json, verbose=verbose)
    return code


def update(
    selectors: options.Selectors = None,
    path: options.Paths = None,
    torch: options.Torch = "",
    because: options.Because = "",
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    cases: options.Cases = None,
    snapshots: options.Snapshots = None,
    jobs: options.Jobs = None,
    timeout: options.Timeout = None,
) -> int:
    """Capture graphs and accept those that differ as goldens, once two fresh processes agree on them.

    Example: goldens update torchbind --because "2.14 renames add_1"
    """
    project = open_project(cases, snapshots, jobs, timeout)
    request = make_request(project, torch, selectors, path, because)
    with ProgressWatcher(progress_output()) as watcher:
        result = gate.update(request, watcher)
    code = result.exit_code()
    _report(result, request, code, as_json=as_json, verbose=verbose)
    return code


def _report(result: Result, request: Request, code: ExitCode, *, as_json: bool, verbose: bool) -> None:
    console = output()
    unused = [str(stored.file.relative_to(request.project.root)) for stored in result.unused]
    if as_json:
        console.out(
            json.dumps(result_json(result.run, result.verdicts, unused, result.written, code), indent=1)
        )
        return
    show_written(console, result.verdicts, result.written)
    left = [verdict for verdict in result.verdicts if verdict.record.key not in result.written]
    show_findings(console, left, request.selection, everything=verbose)
    _show_unused(console, unused)
    show_summary(console, result.run, result.verdicts)
    _show_next(console, result, request.selection, code)


def _show_unused(console: Console, unused: list[str]) -> None:
    for file in unused[:8]:
        console.print(f"[yellow]unused golden[/] {file}", soft_wrap=True)
    if len(unused) > 8:
        console.print(f"[yellow]unused goldens[/]: {len(unused) - 8} more")


def _show_next(console: Console, result: Result, selection: Selection, code: ExitCode) -> None:
    """Show the one command that comes next."""
    if result.written:
        console.print(f"  wrote {len(result.written)} goldens", style="green")
    arguments = f" {selection.arguments}" if selection.arguments else ""
    match code:
        case ExitCode.MISSING_OR_UNUSED if result.unused:
            console.print("remove unused goldens: [bold]goldens prune[/]")
        case ExitCode.SEMANTIC_DRIFT | ExitCode.COSMETIC_DRIFT | ExitCode.MISSING_OR_UNUSED:
            console.print(f"accept all of it: [bold]goldens update{arguments}[/]", soft_wrap=True)
        case _:
            return
