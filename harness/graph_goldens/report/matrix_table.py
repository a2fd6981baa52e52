"""Many versions side by side: what each gave, and what changed from one to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.records import Outcome
from graph_goldens.report.run_summary import Summary, describe_outcome
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.verdict import Finding

_FINDINGS = {
    Finding.SAME: "same",
    Finding.OLDER_SOURCE: "older case",
    Finding.NOT_JUDGED: "not judged",
    Finding.IGNORED: "ignored",
    Finding.KNOWN: "known",
    Finding.KNOWN_UNSTABLE: "known unst.",
    Finding.DRIFTED: "drifted",
    Finding.MISSING: "no golden",
    Finding.BROKEN_CLAIM: "broken claim",
    Finding.NOT_REPRODUCIBLE: "unstable",
    Finding.UNREADABLE: "unreadable",
    Finding.FAULT: "not captured",
}
_WORDS = {
    ExitCode.SAME: ("ok", "green"),
    ExitCode.SEMANTIC_DRIFT: ("drift", "bold red"),
    ExitCode.USAGE: ("usage", "bold red"),
    ExitCode.COSMETIC_DRIFT: ("cosm", "yellow"),
    ExitCode.MISSING_OR_UNUSED: ("miss", "yellow"),
    ExitCode.NOT_REPRODUCIBLE: ("unst", "bold red"),
    ExitCode.BROKEN_CLAIM: ("claim", "bold red"),
    ExitCode.KNOWN_DRIFT_GONE: ("gone", "yellow"),
    ExitCode.TOOL_FAILED: ("fail", "bold red"),
    ExitCode.INTERRUPTED: ("stop", "bold red"),
}


@dataclass(frozen=True)
class Column:
    """One version of the table.

    Attributes:
        title: the version.
        code: how its gate ended.
        summary: its numbers, None where its environment failed.
        changes: records that differ from the column before, by class; None for the first.
        seconds: wall time of the capture.
    """

    title: str
    code: ExitCode
    summary: Summary | None = None
    changes: Mapping[DriftClass, int] | None = None
    seconds: float = 0.0


def show_matrix(console: Console, columns: Sequence[Column]) -> None:
    """Show the table, versions across."""
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(shorten_version(column.title), justify="right", no_wrap=True)
    _add_outcome_rows(table, columns)
    _add_finding_rows(table, columns)
    if any(column.changes for column in columns):
        table.add_row(Text("drift from before", style="bold"))
    _add_change_rows(table, columns)
    table.add_row("seconds", *(Text(f"{column.seconds:.0f}", style="dim") for column in columns))
    table.add_row(Text("gate", style="bold"), *(Text(*_WORDS[column.code]) for column in columns))
    console.print(table)


def shorten_version(title: str) -> str:
    """Leave out a release's last number where it only counts corrections: `2.13.0` is shown as `2.13`."""
    parts = title.split(".")
    return ".".join(parts[:2]) if len(parts) == 3 and all(part.isdigit() for part in parts) else title


def _add_outcome_rows(table: Table, columns: Sequence[Column]) -> None:
    for outcome in Outcome:
        words = describe_outcome(outcome)
        _add(table, words, [column.summary and column.summary.outcomes.get(outcome, 0) for column in columns])


def _add_finding_rows(table: Table, columns: Sequence[Column]) -> None:
    for finding, words in _FINDINGS.items():
        _add(table, words, [column.summary and column.summary.findings.get(finding, 0) for column in columns])


def _add_change_rows(table: Table, columns: Sequence[Column]) -> None:
    """Say what changed from the version before."""
    for kind in sorted(DriftClass, reverse=True):
        style = "red" if kind.severity is Severity.SEMANTIC else "yellow"
        counts = [None if column.changes is None else column.changes.get(kind, 0) for column in columns]
        _add(table, f"  {kind.value}", counts, style)


def _add(table: Table, words: str, counts: Sequence[int | Summary | None], style: str = "") -> None:
    if any(counts):
        table.add_row(words, *(_format_cell(count, style) for count in counts))


def _format_cell(count: int | Summary | None, style: str) -> Text:
    if count is None:
        return Text("·", style="dim")
    return Text(f"{count:,}", style=style) if isinstance(count, int) and count else Text("-", style="dim")
