"""Where in a golden's file a drift begins, so that annotations can point there."""

from dataclasses import replace

from graph_goldens.drift.drift import Drift
from graph_goldens.goldens.format import Golden, render
from graph_goldens.records import Record

_FACT = "facts."


def find_changed_line(shown: Golden, drift: Drift) -> int:
    """Find the line, from 1, of a golden's file at which its worst edit is seen.

    Args:
        shown: the golden whose file it is; its record is one of the drift's two.
        drift: the drift.
    """
    record = shown.record
    other = drift.record if record is drift.golden else drift.golden
    where = drift.edits[0].where
    fact = where.removeprefix(_FACT) if where.startswith(_FACT) else ""
    if fact in record.facts:
        return _find_fact_line(shown, fact)
    if record.outcome is other.outcome and record.reason == other.reason:
        old = {artifact.name: artifact.text for artifact in other.artifacts}
        if (at := _find_changed_artifact(record, old, where)) is not None:
            return _find_artifact_line(shown, at, old.get(record.artifacts[at].name))
    return _find_outcome_line(shown)


def _find_changed_artifact(record: Record, old: dict[str, str], where: str) -> int | None:
    """Find the place of the first artifact that differs, of those that an edit names if any does."""
    names = [artifact.name for artifact in record.artifacts]
    changed = [at for at, each in enumerate(record.artifacts) if old.get(each.name) != each.text]
    named = [at for at in changed if names[at] == where or names[at].startswith(f"{where}.")]
    return next(iter(named or changed), None)


def _find_outcome_line(shown: Golden) -> int:
    # The header's values hold no line feed, so the first such line is the header's own.
    lines = _render_lines(shown, 0)
    return next(at for at, line in enumerate(lines, start=1) if line.startswith("- outcome: "))


def _find_fact_line(shown: Golden, name: str) -> int:
    """Facts stand in a fenced block before the artifacts, sorted, a line for each."""
    without = Golden(replace(shown.record, facts={}), shown.because)
    opening = 5  # an empty line, a heading, an empty line, a fence, a brace
    return len(_render_lines(without, 0)) + opening + sorted(shown.record.facts).index(name) + 1


def _find_artifact_line(shown: Golden, at: int, old: str | None) -> int:
    """Point at the first line that differs, or at the heading where the text is not written as it is."""
    before, upto = len(_render_lines(shown, at)), len(_render_lines(shown, at + 1))
    text = shown.record.artifacts[at].text.split("\n")
    around = 5  # an empty line, a heading, an empty line, and two fences
    if old is None or upto - before != len(text) + around:
        return before + 2
    return before + around + _find_first_difference(text, old.split("\n"))


def _find_first_difference(text: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(text, other, strict=False))
    return next((at for at, (one, two) in pairs if one != two), min(len(text) - 1, len(other)))


def _render_lines(shown: Golden, artifacts: int) -> list[str]:
    """Render the lines of a golden's file up to a number of its artifacts."""
    part = replace(shown.record, artifacts=shown.record.artifacts[:artifacts])
    lines = render(Golden(part, shown.because)).decode().split("\n")[:-1]
    return lines if artifacts else lines[:-2]  # without artifacts, the last two lines say so
