"""A bisection in a terminal and as JSON: each version that was tried, and the change that was found."""

import sys
from collections.abc import Iterator

from packaging.version import Version
from rich.console import Console
from rich.text import Text

from graph_goldens.bisect.bisection import Bisection, RecordChange, Trial, Untestable
from graph_goldens.records import Json, Outcome, Record
from graph_goldens.report.drift_text import MOST_LINES, format_drift, style_class
from graph_goldens.report.history_table import encode_drift
from graph_goldens.words import flatten_text

LONGEST = 240
MOST_NAMED = 6


def format_step(found: Bisection) -> Text:
    """Describe in a line the version that was tried last, and how many there are to try at most."""
    step = found.steps[-1]
    width = max(len(str(version)) for version in found.candidates)
    line = Text.assemble("  ", (str(step.version).ljust(width), "bold"), "  ", _describe_result(found, step))
    if found.bad and found.left:
        line.append(f" · at most {found.left} more", "dim")
    return line


def _describe_result(found: Bisection, step: Trial) -> Text:
    if isinstance(step.probed, Untestable):
        return Text.assemble(("skipped", "yellow"), f": {flatten_text(step.probed.why, LONGEST)}")
    what = _describe_outcome(step.probed)
    if step == found.good:
        return Text.assemble(("good", "green"), what)
    if step.drift is None:
        return Text.assemble(("same", "green"), f" as {_format_version(found.good)}{what}")
    beside = "" if step == found.bad else _compare_to_bad(found, step.probed)
    return Text.assemble("changed: ", style_class(step.drift.kind, step.drift.severity), what, beside)


def _describe_outcome(record: Record) -> str:
    """Say what a record is, if not graphs."""
    if record.outcome is Outcome.GRAPHS:
        return ""
    reason = f": {flatten_text(record.reason, LONGEST)}" if record.reason else ""
    return f" ({record.outcome.value}{reason})"


def _compare_to_bad(found: Bisection, record: Record) -> str:
    return f", {'as' if found.is_as_bad(record) else 'but not as'} in {_format_version(found.bad)}"


def show_bisection(
    console: Console, found: Bisection, change: RecordChange, command: str, again: str, *, all_lines: bool
) -> None:
    """Show where the change lies, what it is, and the command that shows it.

    Args:
        console: where.
        found: all that was tried.
        change: what was found.
        command: the command that shows the change in full.
        again: the command that searches among other versions, less its ends.
        all_lines: whether every line of the difference is shown.
    """
    console.print(Text(describe_verdict(found, change), style="bold"), soft_wrap=True)
    for line in _list_remarks(found, change, again):
        console.print(line, soft_wrap=True)
    console.print()
    key = Text(" · ").join(Text(name, style="bold") for name in change.record.key)
    versions = f"  {change.before} → {change.after}  "
    console.print(
        Text.assemble(key, versions, style_class(change.drift.kind, change.drift.severity)), soft_wrap=True
    )
    for line in format_drift(change.drift, most_lines=sys.maxsize if all_lines else MOST_LINES):
        console.print(line, soft_wrap=True)
    console.print(Text.assemble(("in full: ", "dim"), command), soft_wrap=True)


def describe_verdict(found: Bisection, change: RecordChange) -> str:
    """Say between which two versions the change lies."""
    if not found.passed_over:
        return f"first changed in {change.after} ({change.before} is as before)"
    names = [str(step.version) for step in found.passed_over]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    untested = ", ".join(names[:MOST_NAMED]) + more
    return f"changed between {change.before} and {change.after}; these could not be tried: {untested}"


def find_first_supported(found: Bisection) -> Version | None:
    """Find the first version that has changed among those that were preferred."""
    changed = (step.version for step in found.steps if step.drift and step.version in found.preferred)
    return min(changed, default=None)


def _list_remarks(found: Bisection, change: RecordChange, again: str) -> Iterator[Text]:
    supported = find_first_supported(found)
    if supported and supported != change.after:
        yield Text(f"  of the supported versions {supported} is the first that has changed")
    if found.bad and not found.is_as_bad(change.record):
        ends = f"--good {change.after} --bad {found.bad.version}"
        yield Text(f"  {found.bad.version} differs from it again: {again} {ends}")


def encode_bisection(found: Bisection, change: RecordChange, command: str) -> dict[str, Json]:
    """Encode what was tried and what was found, for a program."""
    case, path = change.record.key
    supported = find_first_supported(found)
    texts: list[Json] = [
        {"artifact": text.name, "from": text.old, "to": text.new} for text in change.drift.texts
    ]
    return {
        "case": case,
        "path": path,
        "finding": found.outlook.value,
        "last_same": str(change.before),
        "first_changed": str(change.after),
        "first_supported": str(supported) if supported else None,
        "untested": [str(step.version) for step in found.passed_over],
        "changed_again": not found.is_as_bad(change.record),
        **encode_drift(change.drift),
        "texts": texts,
        "steps": [_encode_step(step) for step in found.steps],
        "versions": [str(version) for version in found.candidates],
        "command": command,
    }


def _encode_step(step: Trial) -> dict[str, Json]:
    if isinstance(step.probed, Untestable):
        return {"version": str(step.version), "result": "skipped", "why": step.probed.why}
    result = "changed" if step.drift else "same"
    return {"version": str(step.version), "result": result, "outcome": step.probed.outcome.value}


def _format_version(step: Trial | None) -> str:
    return str(step.version) if step else ""
