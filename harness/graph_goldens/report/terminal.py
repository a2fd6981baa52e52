"""A run's result in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from graph_goldens.drift.classes import Severity
from graph_goldens.gate.known_matching import list_shown
from graph_goldens.goldens.store import ChangeKind, GoldenChange
from graph_goldens.keys import Key
from graph_goldens.records import Outcome
from graph_goldens.report.cluster_text import format_key
from graph_goldens.report.drift_text import format_drift, print_lines, style_class
from graph_goldens.report.known_text import describe_decision, name_decision
from graph_goldens.report.let_through import LetThrough
from graph_goldens.report.run_summary import Summary, describe_outcome, summarise
from graph_goldens.runs.run import Run
from graph_goldens.runs.selection import Selection
from graph_goldens.runs.verdict import Finding, Verdict
from graph_goldens.words import format_count, make_visible

MOST_SHOWN = 8

_QUIET = {
    Finding.SAME,
    Finding.OLDER_SOURCE,
    Finding.IGNORED,
    Finding.NOT_JUDGED,
    Finding.KNOWN,
    Finding.KNOWN_UNSTABLE,
}
_STYLES = {
    Finding.SAME: "green",
    Finding.OLDER_SOURCE: "green",
    Finding.IGNORED: "green",
    Finding.NOT_JUDGED: "yellow",
    Finding.KNOWN: "yellow",
    Finding.KNOWN_UNSTABLE: "yellow",
    Finding.MISSING: "yellow",
    Finding.DRIFTED: "bold red",
}


_MARKS = {Finding.NOT_JUDGED: "?", Finding.KNOWN: "~", Finding.KNOWN_UNSTABLE: "~"}


def show_findings(
    console: Console, verdicts: Sequence[Verdict], selection: Selection, *, everything: bool
) -> None:
    """Show what is wrong but not a drift, worst first; all of it only if that is asked for."""
    found = [verdict for verdict in verdicts if verdict.finding not in (*_QUIET, Finding.DRIFTED)]
    missing = [verdict for verdict in found if verdict.finding is Finding.MISSING]
    others = sorted((each for each in found if each not in missing), key=_rank_verdict, reverse=True)
    shown = others if everything else others[:MOST_SHOWN]
    for verdict in shown:
        print_lines(console, _explain_lines(verdict))
        console.print()
    if len(shown) < len(others):
        rest, command = len(others) - len(shown), escape(build_everything_command(selection))
        console.print(f"… and {rest} more; [bold]{command}[/] shows all", soft_wrap=True)
    for verdict in missing if everything else missing[:MOST_SHOWN]:
        console.print(Text.assemble(("no golden ", "yellow"), format_key(verdict.record.key)), soft_wrap=True)
    if len(missing) > MOST_SHOWN and not everything:
        console.print(f"[yellow]no golden[/] for {len(missing) - MOST_SHOWN} more records")


def build_everything_command(selection: Selection, options: str = "") -> str:
    """Build the command of the check that shows everything."""
    return " ".join(filter(None, ("goldens check", selection.arguments, options, "--verbose")))


def _rank_verdict(verdict: Verdict) -> tuple[int, int]:
    order = list(Finding).index(verdict.finding)
    return order, verdict.drift.kind.rank if verdict.drift else 0


def explain_verdict(verdict: Verdict, options: str = "") -> str:
    """Return what `goldens check` shows of one record, as plain text; `options` name its environment."""
    return "\n".join(make_visible(line.plain) for line in _explain_lines(verdict, options))


def _explain_lines(verdict: Verdict, options: str = "") -> Iterator[Text]:
    case, path = verdict.record.key
    label = (
        style_class(verdict.drift.kind, verdict.drift.severity, verdict.drift.label)
        if _is_drift(verdict) and verdict.drift
        else Text(verdict.finding.value, "bold red")
    )
    yield Text.assemble(("✗ ", "red"), format_key(verdict.record.key), "  ", label)
    if verdict.problem:
        yield Text(f"  {verdict.problem}")
    if verdict.drift:
        yield from format_drift(verdict.drift)
    if _is_drift(verdict):
        reason = ' --because "…"' if verdict.drift and verdict.drift.severity is Severity.SEMANTIC else ""
        where = f" {options}" if options else ""
        yield Text.assemble(("  accept: ", "dim"), f"goldens update {case} --path {path}{where}{reason}")


def _is_drift(verdict: Verdict) -> bool:
    return verdict.finding is Finding.DRIFTED


def show_summary(
    console: Console,
    run: Run,
    verdicts: Sequence[Verdict],
    changes: Mapping[Key, GoldenChange] = MappingProxyType({}),
    accepted: int = 0,
) -> None:
    """Show what was captured, what was found and what was written; all numbers add up to the records.

    Args:
        console: where to show it.
        run: the run.
        verdicts: what was found about each of its records.
        changes: what became of those that an update wrote; they are no longer counted by what was found.
        accepted: how many goldens were accepted since the last release before.
    """
    summary = summarise(verdicts)
    left = summarise([verdict for verdict in verdicts if verdict.record.key not in changes])
    console.print(Text(run.title, style="bold"))
    for pack in run.packs:
        console.print(Text(f"  {make_visible(pack.sentence)}"), soft_wrap=True)
    console.print(f"  {_format_size(summary)} in {run.seconds:.1f} s")
    if run.reused:
        console.print(f"  {len(run.reused):,} of them captured before, of the same build, cases and rules")
    console.print(f"  {_format_outcomes(summary)}")
    for mistake in run.mistakes:
        print_lines(console, [Text(f"  ✗ {mistake}", style="bold red")])
    for finding in reversed(Finding):
        if count := left.findings.get(finding, 0):
            console.print(Text.assemble("  ", _format_finding(finding, count, left)))
    if accepted:
        goldens = format_count(accepted, "golden")
        console.print(f"  {goldens} drifted from the release before, which was accepted", style="dim")
    _show_known(console, verdicts)
    show_let_through(console, left.let_through)
    _show_changes(console, changes)


def _show_known(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Say what is known by which decision, new drifts of which a part is known included."""
    for known, found in list_shown(verdicts):
        words = f"{name_decision(known)}, {format_count(len(found), 'record')}: {describe_decision(known)}"
        console.print(Text(f"    {words}", style="dim"), soft_wrap=True)


def show_let_through(console: Console, let_through: Sequence[LetThrough]) -> None:
    """Say how many drifts count as the project's own rules want it, and by which rules."""
    for each in let_through:
        console.print(Text(f"  {make_visible(each.sentence)}", style="yellow"), soft_wrap=True)


def _show_changes(console: Console, changes: Mapping[Key, GoldenChange]) -> None:
    held = sum(change.kind is ChangeKind.UNCHANGED for change in changes.values())
    if written := len(changes) - held:
        console.print(f"  ✓ wrote {format_count(written, 'golden')}", style="green")
    if held:
        console.print(f"  ✓ {held:,} that another update wrote meanwhile", style="green")


def _format_size(summary: Summary) -> str:
    cases, paths = format_count(summary.cases, "case"), format_count(summary.paths, "tracing path")
    full = summary.cases * summary.paths == summary.records
    size = f"{cases} × {paths} =" if full else f"{cases} by up to {paths}:"
    return f"{size} {format_count(summary.records, 'record')}, {format_count(summary.graphs, 'graph')}"


def _format_outcomes(summary: Summary) -> str:
    """Say how the records ended; with those that were not captured, these numbers are all records."""
    always = (Outcome.GRAPHS, Outcome.ERROR, Outcome.UNAVAILABLE)
    shown = [each for each in Outcome if each in always or summary.outcomes.get(each, 0)]
    counts = [f"{summary.outcomes.get(each, 0):,} {describe_outcome(each)}" for each in shown]
    faults = summary.findings.get(Finding.FAULT, 0)
    return " · ".join([*counts, *([f"{faults:,} not captured"] if faults else [])])


def _format_finding(finding: Finding, count: int, summary: Summary) -> Text:
    style = _STYLES.get(finding, "bold red")
    mark = _MARKS.get(finding, "✓" if finding in _QUIET else "✗")
    words = {
        Finding.SAME: "the same as their goldens",
        Finding.MISSING: "without a golden",
        Finding.KNOWN: "known to drift",
    }
    classes = ", ".join(
        f"{kind.value} {number}" for kind, number in sorted(summary.classes.items(), reverse=True)
    )
    clusters = format_count(len(summary.clusters), "cluster")
    detail = f" in {clusters} ({classes})" if finding is Finding.DRIFTED else ""
    return Text(f"{mark} {count:,} {words.get(finding, finding.value)}{detail}", style=style)


def show_written(console: Console, verdicts: Sequence[Verdict], written: frozenset[Key]) -> None:
    """Show which goldens an update wrote, and how each differs from what was there."""
    for verdict in (verdict for verdict in verdicts if verdict.record.key in written):
        match verdict.finding:
            case Finding.MISSING:
                outcome = verdict.record.outcome.value
                console.print(
                    Text.assemble(("+ ", "green"), format_key(verdict.record.key), f"  new: {outcome}")
                )
            case Finding.DRIFTED if verdict.drift:
                kind = style_class(verdict.drift.kind, verdict.drift.severity)
                console.print(Text.assemble(("~ ", "yellow"), format_key(verdict.record.key), "  ", kind))
                print_lines(console, format_drift(verdict.drift, most_lines=12))
            case _:
                console.print(
                    Text.assemble(("~ ", "dim"), format_key(verdict.record.key), "  only the case's source")
                )
