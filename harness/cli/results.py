"""What a check or an update found, as a person or a program reads it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from harness.cli.project import output
from harness.drift import Severity
from harness.gate.gate import Result
from harness.gate.matrix import Ended, Failure, changes, exit_code_of
from harness.gate.settings import Project
from harness.records import Json
from harness.reports.as_json import result_json
from harness.reports.matrix import Column, show_matrix
from harness.reports.summary import summarise
from harness.reports.terminal import show_findings, show_summary, show_written
from harness.runs.selection import Selection
from harness.runs.verdict import ExitCode, gravest

MOST_UNUSED = 8


def report(
    results: Iterable[Ended],
    project: Project,
    selection: Selection,
    fail_on: Severity,
    *,
    as_json: bool,
    verbose: bool,
) -> ExitCode:
    """Report what is found in each environment as it is found; give the code with which the command ends."""
    console, ended, codes = output(), [], []
    for each in results:
        ended.append(each)
        codes.append(exit_code_of(each, fail_on))
        if not as_json:
            _show(console, each, project, selection, codes[-1], verbose=verbose)
    if as_json:
        shown = [_json(each, project, code) for each, code in zip(ended, codes, strict=True)]
        console.out(json.dumps(shown[0] if len(shown) == 1 else shown, indent=1))
    elif len(ended) > 1:
        console.print()
        show_matrix(console, _columns(ended, codes))
    return gravest(codes)


def _json(ended: Ended, project: Project, code: ExitCode) -> dict[str, Json]:
    if isinstance(ended, Failure):
        return {"environment": {"name": ended.name}, "problem": ended.problem, "exit_code": code}
    unused = _unused(ended, project)
    return result_json(ended.run, ended.verdicts, unused, ended.written, code)


def _unused(result: Result, project: Project) -> list[str]:
    return [_shown(stored.file, project.root) for stored in result.unused]


def _shown(file: Path, root: Path) -> str:
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)


def _show(
    console: Console, ended: Ended, project: Project, selection: Selection, code: ExitCode, *, verbose: bool
) -> None:
    if isinstance(ended, Failure):
        console.print(f"[bold red]✗ {ended.name}[/]: {ended.problem}", soft_wrap=True)
        return
    show_written(console, ended.verdicts, ended.written)
    left = [verdict for verdict in ended.verdicts if verdict.record.key not in ended.written]
    show_findings(console, left, selection, everything=verbose)
    _show_unused(console, _unused(ended, project))
    show_summary(console, ended.run, ended.verdicts)
    _show_next(console, ended, project, selection, code)


def _show_unused(console: Console, unused: list[str]) -> None:
    for file in unused[:MOST_UNUSED]:
        console.print(f"[yellow]unused golden[/] {file}", soft_wrap=True)
    if len(unused) > MOST_UNUSED:
        console.print(f"[yellow]unused goldens[/]: {len(unused) - MOST_UNUSED} more")


def _show_next(
    console: Console, result: Result, project: Project, selection: Selection, code: ExitCode
) -> None:
    """Show the one command that comes next."""
    if result.written:
        console.print(f"  wrote {len(result.written)} goldens", style="green")
    if result.stale:
        console.print(
            f"  {result.stale} goldens of other versions were captured from an older revision of their case: "
            "[bold]make snapshot-update TORCH=all[/]",
            soft_wrap=True,
        )
    if result.of_build:
        console.print(
            f"  {result.of_build} of these goldens were captured from PyTorch "
            f"{result.run.version.public} and the same case: "
            f"what differs is the build ({result.run.torch}), not the version",
            soft_wrap=True,
        )
    arguments = _arguments(result, project, selection)
    match code:
        case ExitCode.MISSING_OR_UNUSED if result.unused:
            console.print("remove unused goldens: [bold]goldens prune[/]")
        case ExitCode.SEMANTIC_DRIFT | ExitCode.COSMETIC_DRIFT | ExitCode.MISSING_OR_UNUSED:
            console.print(f"accept all of it: [bold]goldens update{arguments}[/]", soft_wrap=True)
        case _:
            return


def _arguments(result: Result, project: Project, selection: Selection) -> str:
    default = result.run.version.public == project.default.public
    torch = "" if default else f" --torch {result.run.version.public}"
    return (f" {selection.arguments}" if selection.arguments else "") + torch


def _columns(ended: Sequence[Ended], codes: Sequence[ExitCode]) -> list[Column]:
    columns: list[Column] = []
    before = None
    for each, code in zip(ended, codes, strict=True):
        if isinstance(each, Failure):
            columns.append(Column(each.name.removeprefix("torch-"), code))
            continue
        counted = None if before is None else changes(before, each.run)
        summary = summarise(each.verdicts)
        columns.append(Column(str(each.run.version.public), code, summary, counted, each.run.seconds))
        before = each.run
    return columns
