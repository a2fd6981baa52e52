"""Report two builds held against each other: as a report of any format, and in a terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from graph_goldens.cases.program_sources import read_program_sources
from graph_goldens.gate.build_sides import name_sides
from graph_goldens.gate.compare_builds import BuildComparison
from graph_goldens.gate.project import Project
from graph_goldens.report.build import classify_problem
from graph_goldens.report.cluster_text import Commands, show_clusters
from graph_goldens.report.drift_text import print_lines
from graph_goldens.report.model import Cell, Gravity, Item, Matrix, Problem, ProblemKind, Report, Section
from graph_goldens.report.phrases import describe_classes
from graph_goldens.report.run_summary import summarise
from graph_goldens.runs.verdict import Finding
from graph_goldens.words import format_count

MOST_PROBLEMS = 8

_COUNTED = {Finding.SAME: "the same", Finding.DRIFTED: "drifted", Finding.NOT_JUDGED: "not judged here"}


def report_comparison(project: Project, comparison: BuildComparison) -> Report:
    """Report what differs between two builds: one section."""
    before, after = name_sides(comparison.before, comparison.after)
    what = "PyTorch " if before.startswith(comparison.before.version.public) else ""
    records = {key: capture.record for key, capture in comparison.after.captures.items()}
    drifts = [each for each in comparison.verdicts if each.finding is Finding.DRIFTED and each.drift]
    kinds = {verdict.record.key: verdict.drift.kind for verdict in drifts if verdict.drift}
    rows = {
        key: [Cell(outcome=old.record.outcome.value), Cell("", records[key].outcome.value, kinds.get(key))]
        for key, old in comparison.before.captures.items()
        if key in records
    }
    section = Section(
        title=f"{comparison.before.title} → {comparison.after.title}",
        before=before,
        after=after,
        items=tuple(Item(verdict.drift) for verdict in drifts if verdict.drift),
        problems=tuple(_list_problems(comparison, before)),
        records=len(comparison.verdicts),
        same=tuple(each.record.key for each in comparison.verdicts if each.finding is Finding.SAME),
        gates=True,
    )
    return Report(
        title=f"{what}{before} and {after} compared",
        sections=(section,),
        matrix=Matrix((before, after), dict(sorted(rows.items()))),
        records=records,
        programs=read_program_sources(project.cases, {case for case, _ in records}),
    )


def _list_problems(comparison: BuildComparison, before: str) -> Iterator[Problem]:
    for verdict in comparison.verdicts:
        if found := classify_problem(verdict.finding):
            kind = ProblemKind.ONLY_AFTER if verdict.finding is Finding.MISSING else found.kind
            yield Problem(kind, *verdict.record.key, verdict.problem, gravity=found.gravity)
    for key in comparison.gone:
        yield Problem(ProblemKind.ONLY_BEFORE, *key, f"only under {before}", gravity=Gravity.WARNING)
    for lost in comparison.lost:
        packs = ", ".join(lost.packs)
        yield Problem(ProblemKind.NOT_COMPARED, packs, "", lost.sentence, gravity=Gravity.FAULT)
    for mistake in dict.fromkeys((*comparison.before.mistakes, *comparison.after.mistakes)):
        for case in mistake.names:
            yield Problem(ProblemKind.UNUSABLE, case, "", str(mistake), gravity=Gravity.FAULT)


def show_build_comparison(
    console: Console, comparison: BuildComparison, command: str, *, everything: bool
) -> None:
    """Show the clusters of what differs, what else was found, and how many records there are of each kind.

    Args:
        console: where to show it.
        comparison: what was found.
        command: the command that shows everything.
        everything: whether to show that now.
    """
    summary = summarise(comparison.verdicts)
    show_clusters(console, summary.clusters, Commands("", command, known=False), everything=everything)
    before, after = name_sides(comparison.before, comparison.after)
    problems = list(_list_problems(comparison, before))
    for problem in problems if everything else problems[:MOST_PROBLEMS]:
        named = Text.assemble((problem.case, "bold"), f" · {problem.path}" if problem.path else "")
        mark = ("✗ ", "red") if problem.gravity is not Gravity.WARNING else ("? ", "yellow")
        print_lines(console, [Text.assemble(mark, named, f"  {problem.finding}: {problem.sentence}")])
    if len(problems) > MOST_PROBLEMS and not everything:
        console.print(f"… and {len(problems) - MOST_PROBLEMS} more; {command} shows all", soft_wrap=True)
    for name, run, side in (("before", comparison.before, before), ("after ", comparison.after, after)):
        package = "" if side.startswith(str(run.version.public)) else f" · {side}"
        title = (f"{run.title}{package}", "bold")
        console.print(Text.assemble((f"{name}  ", "dim"), title, f"  {run.seconds:.1f} s"), soft_wrap=True)
    found = summary.findings
    counts = [f"{found[each]:,} {word}" for each, word in _COUNTED.items() if found.get(each)]
    classes = f": {describe_classes(summary.classes)}" if summary.classes else ""
    drifted = bool(found.get(Finding.DRIFTED))
    console.print(
        Text(
            f"{'✗' if drifted or problems else '✓'} {format_count(summary.records, 'record')} of {after}: "
            f"{', '.join(counts)}{classes}",
            "bold red" if drifted or problems else "green",
        ),
        soft_wrap=True,
    )
