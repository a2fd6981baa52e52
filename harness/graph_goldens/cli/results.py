"""What a check or an update found, as a person or a program reads it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from graph_goldens.cli.capture_options import Shown
from graph_goldens.cli.consoles import make_output
from graph_goldens.cli.output import print_json
from graph_goldens.drift.classes import Severity
from graph_goldens.gate.environment_matrix import Ended, Failure, choose_exit_code, count_changes
from graph_goldens.gate.flavours import FlavourDrift, find_flavour_drifts, list_flavour_pairs
from graph_goldens.gate.home import find_home
from graph_goldens.gate.judge import PENDING
from graph_goldens.gate.project import Project
from graph_goldens.gate.result import Result
from graph_goldens.gate.unmet_packs import UNMET
from graph_goldens.records import Json
from graph_goldens.report.as_json import encode_result
from graph_goldens.report.cluster_text import Commands, show_clusters
from graph_goldens.report.drift_text import print_lines
from graph_goldens.report.known_text import list_standing
from graph_goldens.report.matrix_table import Column, show_matrix
from graph_goldens.report.run_summary import summarise
from graph_goldens.report.terminal import build_everything_command, show_findings, show_summary, show_written
from graph_goldens.runs.exit_codes import ExitCode, choose_gravest
from graph_goldens.runs.release_commits import find_run_step
from graph_goldens.runs.run import list_runs
from graph_goldens.runs.selection import Selection
from graph_goldens.runs.verdict import Verdict
from graph_goldens.words import format_count, make_visible

MOST_UNUSED = 8


def report(
    results: Iterable[Ended],
    project: Project,
    selection: Selection,
    fail_on: Severity,
    shown: Shown,
) -> ExitCode:
    """Report each environment as soon as it is judged; return the code with which the command ends."""
    console, ended, codes = make_output(), [], []
    for each in results:
        ended.append(each)
        codes.append(choose_exit_code(each, fail_on))
        if not shown.as_json:
            _show(console, each, project, selection, codes[-1], verbose=shown.verbose)
    if shown.as_json:
        rows = [_encode_result(each, project, code) for each, code in zip(ended, codes, strict=True)]
        print_json(rows[0] if len(rows) == 1 else rows)
    elif len(ended) > 1:
        console.print()
        show_matrix(console, _make_columns(ended, codes))
        for sentence in list_flavour_pairs([each.run for each in ended if isinstance(each, Result)]):
            console.print(escape(sentence), soft_wrap=True)
    return choose_gravest(codes)


def _encode_result(ended: Ended, project: Project, code: ExitCode) -> dict[str, Json]:
    if isinstance(ended, Failure):
        return {"environment": {"name": ended.name}, "problem": ended.problem, "exit_code": code}
    unused = _list_unused(ended, project)
    return encode_result(
        ended.run, ended.verdicts, unused, ended.written, code, ended.known, len(ended.accepted)
    )


def _list_unused(result: Result, project: Project) -> list[str]:
    return [_format_file(stored.file, project.root) for stored in result.unused]


def _format_file(file: Path, root: Path) -> str:
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)


def _show(
    console: Console, ended: Ended, project: Project, selection: Selection, code: ExitCode, *, verbose: bool
) -> None:
    if isinstance(ended, Failure):
        console.print(f"[bold red]✗ {escape(ended.name)}[/]: {escape(ended.problem)}", soft_wrap=True)
        return
    show_written(console, ended.verdicts, ended.written)
    left = ended.open_verdicts
    show_findings(console, left, selection, everything=verbose)
    commands = _make_commands(ended, project, selection)
    show_clusters(console, summarise(left).clusters, commands, everything=verbose)
    _show_unused(console, _list_unused(ended, project))
    _show_builds(console, ended, project)
    show_summary(console, ended.run, ended.verdicts, ended.changes, accepted=len(ended.accepted))
    print_lines(console, list_standing(ended.known))
    _show_next(console, ended, project, selection, code)


def _show_builds(console: Console, result: Result, project: Project) -> None:
    """Show which two builds drifts lie between."""
    step = find_run_step(project.supported, result.run)
    if step and any(verdict.drift for verdict in result.open_verdicts):
        console.print(f"  built from {step.words}: {step.link}", style="dim", soft_wrap=True)


def _make_commands(result: Result, project: Project, selection: Selection) -> Commands:
    """Say what to type about clusters: of this run alone, where others are saved too."""
    if not result.saved:
        return Commands("", build_everything_command(selection, "--from-run FILE"), known=False)
    several = len(list_runs(find_home(project))) > 1
    torch = f"--torch {result.run.version.public}" if several else ""
    return Commands(torch, " ".join(filter(None, ("goldens pending", torch))))


def _show_unused(console: Console, unused: list[str]) -> None:
    for file in unused[:MOST_UNUSED]:
        console.print(Text.assemble(("unused golden ", "yellow"), make_visible(file)), soft_wrap=True)
    if len(unused) > MOST_UNUSED:
        console.print(f"[yellow]unused goldens[/]: {len(unused) - MOST_UNUSED} more")


def _show_next(
    console: Console, result: Result, project: Project, selection: Selection, code: ExitCode
) -> None:
    """Show the one command that comes next."""
    _show_remarks(console, result, find_flavour_drifts(result.run, result.open_verdicts, find_home(project)))
    if shard := result.run.shard:
        console.print(
            f"{shard.title}: {len(shard.positions)} of {format_count(shard.total, 'record')}; "
            "join the runs of all shards: [bold]goldens merge RUN...[/]",
            soft_wrap=True,
        )
        return
    pending = [verdict for verdict in result.verdicts if _is_pending(verdict, result)]
    differs = any(verdict.record.reason != UNMET for verdict in pending)
    if unmet := sum(verdict.record.reason == UNMET for verdict in pending):
        console.print(
            f"{format_count(unmet, 'record')} of packs whose requirements cannot be met beside PyTorch "
            f"{result.run.version.public}: mend `requires`, see `goldens doctor`",
            soft_wrap=True,
        )
    match code:
        case ExitCode.MISSING_OR_UNUSED if result.unused:
            console.print("remove unused goldens: [bold]goldens prune[/]")
        case ExitCode.SEMANTIC_DRIFT | ExitCode.COSMETIC_DRIFT | ExitCode.MISSING_OR_UNUSED if differs:
            update = escape(f"goldens update{_list_arguments(result, project, selection)}")
            review = "review it: [bold]goldens review[/] · " if result.saved else ""
            every = "" if unmet else f"accept all of it: [bold]{update}[/]"
            console.print(f"{review}{every}".removesuffix(" · "), soft_wrap=True)
        case _:
            return


def _show_remarks(console: Console, result: Result, flavours: Sequence[FlavourDrift]) -> None:
    if result.stale:
        console.print(
            f"  {result.stale} goldens of other versions were captured from an older revision of their case: "
            "[bold]goldens update --torch all[/]",
            soft_wrap=True,
        )
    if result.of_build:
        console.print(
            f"  {result.of_build} of these goldens were captured from PyTorch "
            f"{result.run.version.public}, the same case and the same rules: what differs is not the version "
            f"but the build ({result.run.torch}), a package beside it, or the machine",
            soft_wrap=True,
        )
    if result.of_own_paths:
        console.print(
            f"  {sum(result.of_own_paths.values())} of these goldens were captured from PyTorch "
            f"{result.run.version.public}, the same case and the same rules: what differs is your tracing "
            f"path ({', '.join(result.of_own_paths)}) or what it imports, else a package, the build or the "
            "machine",
            soft_wrap=True,
        )
    for each in flavours:
        console.print(f"  {each.sentence}", soft_wrap=True)


def _is_pending(verdict: Verdict, result: Result) -> bool:
    return verdict.finding in PENDING and verdict.record.key not in result.changes


def _list_arguments(result: Result, project: Project, selection: Selection) -> str:
    chosen = f" {selection.arguments}" if selection.arguments else ""
    if not result.saved:
        return f"{chosen} --from-run FILE"
    return chosen if _is_default(result, project) else f"{chosen} --torch {result.run.version.public}"


def _is_default(result: Result, project: Project) -> bool:
    return result.run.version.public == project.default.public


def _make_columns(ended: Sequence[Ended], codes: Sequence[ExitCode]) -> list[Column]:
    columns: list[Column] = []
    before = None
    for each, code in zip(ended, codes, strict=True):
        if isinstance(each, Failure):
            columns.append(Column(each.name.removeprefix("torch-"), code))
            continue
        counted = None if before is None else count_changes(before, each.run)
        summary = summarise(each.verdicts)
        columns.append(Column(str(each.run.version.public), code, summary, counted, each.run.seconds))
        before = each.run
    return columns
