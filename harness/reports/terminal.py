"""A run's result in a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.text import Text

from harness.drift import Severity
from harness.records import Outcome
from harness.reports.difference import class_text, drift_lines, printable
from harness.reports.summary import Summary, summarise
from harness.runs.run import Run
from harness.runs.selection import Key, Selection
from harness.runs.verdict import Finding, Verdict

MOST_SHOWN = 8

_QUIET = {Finding.SAME, Finding.OLDER_SOURCE}
_STYLES = {
    Finding.SAME: "green",
    Finding.OLDER_SOURCE: "green",
    Finding.MISSING: "yellow",
    Finding.DRIFTED: "bold red",
}


def show_findings(
    console: Console, verdicts: Sequence[Verdict], selection: Selection, *, everything: bool
) -> None:
    """Show what is not as it should be, worst first; all of it only if that is asked for."""
    found = sorted(
        (verdict for verdict in verdicts if verdict.finding not in _QUIET), key=_gravity, reverse=True
    )
    missing = [verdict for verdict in found if verdict.finding is Finding.MISSING]
    others = [verdict for verdict in found if verdict.finding is not Finding.MISSING]
    shown = others if everything else others[:MOST_SHOWN]
    for verdict in shown:
        console.print(_explained(verdict), soft_wrap=True)
        console.print()
    if len(shown) < len(others):
        rest = len(others) - len(shown)
        console.print(
            f"… and {rest} more; [bold]goldens check {selection.arguments} --verbose[/] shows all",
            soft_wrap=True,
        )
    for verdict in missing if everything else missing[:MOST_SHOWN]:
        console.print(Text.assemble(("no golden ", "yellow"), _named(verdict.record.key)))
    if len(missing) > MOST_SHOWN and not everything:
        console.print(f"[yellow]no golden[/] for {len(missing) - MOST_SHOWN} more records")


def _gravity(verdict: Verdict) -> tuple[int, int]:
    order = list(Finding).index(verdict.finding)
    return order, verdict.drift.kind.rank if verdict.drift else 0


def explanation_text(verdict: Verdict) -> str:
    """Give what `goldens check` shows of one record, as plain text."""
    return "\n".join(line.plain for line in _explanation(verdict))


def _explained(verdict: Verdict) -> RenderableType:
    return Group(*_explanation(verdict))


def _explanation(verdict: Verdict) -> Iterator[Text]:
    case, path = verdict.record.key
    label = (
        class_text(verdict.drift.kind)
        if _is_drift(verdict) and verdict.drift
        else Text(verdict.finding.value, "bold red")
    )
    yield Text.assemble(("✗ ", "red"), _named(verdict.record.key), "  ", label)
    if verdict.problem:
        yield Text(f"  {printable(verdict.problem)}")
    if verdict.drift:
        yield from drift_lines(verdict.drift)
    if _is_drift(verdict):
        reason = ' --because "…"' if verdict.drift and verdict.drift.severity is Severity.SEMANTIC else ""
        yield Text.assemble(("  accept: ", "dim"), f"goldens update {case} --path {path}{reason}")


def _is_drift(verdict: Verdict) -> bool:
    return verdict.finding is Finding.DRIFTED


def _named(key: Key) -> Text:
    return Text.assemble((key[0], "bold"), " · ", (key[1], "bold"))


def show_summary(console: Console, run: Run, verdicts: Sequence[Verdict]) -> None:
    """Show what was captured and what was found, in a few lines."""
    summary = summarise(verdicts)
    console.print(Text(run.title, style="bold"))
    console.print(f"  {_size(summary)} in {run.seconds:.1f} s")
    if run.reused:
        console.print(f"  {run.reused:,} of them captured before, of the same build, cases and rules")
    console.print(f"  {_outcomes(summary)}")
    for finding in reversed(Finding):
        if count := summary.findings.get(finding, 0):
            console.print(Text.assemble("  ", _finding_line(finding, count, summary)))


def _size(summary: Summary) -> str:
    size = f"{_many(summary.cases, 'case')} × {_many(summary.paths, 'tracing path')}"
    return f"{size} = {_many(summary.records, 'record')}, {_many(summary.graphs, 'graph')}"


def _outcomes(summary: Summary) -> str:
    counts = {outcome: summary.outcomes.get(outcome, 0) for outcome in Outcome}
    words = {
        Outcome.GRAPHS: "with graphs",
        Outcome.ERROR: "errors",
        Outcome.UNAVAILABLE: "unavailable",
        Outcome.CRASH: "crashes",
        Outcome.TIMEOUT: "timeouts",
    }
    always = (Outcome.GRAPHS, Outcome.ERROR, Outcome.UNAVAILABLE)
    return " · ".join(f"{counts[each]:,} {words[each]}" for each in Outcome if each in always or counts[each])


def _finding_line(finding: Finding, count: int, summary: Summary) -> Text:
    style = _STYLES.get(finding, "bold red")
    mark = "✓" if finding in _QUIET else "✗"
    words = {Finding.SAME: "the same as their goldens", Finding.MISSING: "without a golden"}
    classes = ", ".join(
        f"{kind.value} {number}" for kind, number in sorted(summary.classes.items(), reverse=True)
    )
    detail = f" ({classes})" if finding is Finding.DRIFTED else ""
    return Text(f"{mark} {count:,} {words.get(finding, finding.value)}{detail}", style=style)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def show_written(console: Console, verdicts: Sequence[Verdict], written: frozenset[Key]) -> None:
    """Show which goldens an update wrote, and how each differs from what was there."""
    for verdict in (verdict for verdict in verdicts if verdict.record.key in written):
        match verdict.finding:
            case Finding.MISSING:
                outcome = verdict.record.outcome.value
                console.print(Text.assemble(("+ ", "green"), _named(verdict.record.key), f"  new: {outcome}"))
            case Finding.DRIFTED if verdict.drift:
                kind = class_text(verdict.drift.kind)
                console.print(Text.assemble(("~ ", "yellow"), _named(verdict.record.key), "  ", kind))
                for line in drift_lines(verdict.drift, most_lines=12):
                    console.print(line, soft_wrap=True)
            case _:
                console.print(
                    Text.assemble(("~ ", "dim"), _named(verdict.record.key), "  only the case's source")
                )
