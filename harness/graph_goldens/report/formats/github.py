"""A report as workflow commands, which GitHub shows as annotations at the lines of goldens.

A step may give ten annotations of a level; more are dropped silently. So there is one for each
cluster, the worst first, and where there are too many the last one of a level says how many were left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph_goldens.report.cluster_text import describe_also
from graph_goldens.report.model import Gravity, Problem, Report, Spread
from graph_goldens.report.phrases import build_accept_command, describe_report
from graph_goldens.words import flatten_text, format_count, join_some, make_lines_visible

MOST_OF_A_LEVEL = 10

_MOST_EDITS = 4
_LONGEST = 400
_LEVELS = {
    Gravity.NOTE: "notice",
    Gravity.WARNING: "warning",
    Gravity.ERROR: "error",
    Gravity.FAULT: "error",
}


@dataclass(frozen=True)
class _Annotation:
    """One annotation, before anything in it is escaped."""

    level: str
    title: str
    lines: Sequence[str]
    file: str = ""
    line: int = 1

    def __str__(self) -> str:
        places = {"file": self.file, "line": str(self.line)} if self.file else {}
        properties = {**places, "title": flatten_text(self.title, _LONGEST)}
        shown = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
        lines = "\n".join(flatten_text(line, _LONGEST) for line in self.lines)
        return f"::{self.level} {shown}::{_escape_data(lines)}"


def render_github(report: Report) -> str:
    """Render a report as annotations, at most ten of each level, then what was found in one plain line."""
    annotations = [*map(_annotate_cluster, report.spreads), *_annotate_problems(report.problems)]
    kept = [each for level in ("error", "warning", "notice") for each in _cap(annotations, level)]
    # A command is one only at the start of a line, where this line has a word of ours.
    return "".join(f"{line}\n" for line in (*map(str, kept), f"goldens: {describe_report(report)}"))


def _annotate_cluster(spread: Spread) -> _Annotation:
    cluster, place = spread.cluster, spread.representative
    command = build_accept_command(spread)
    more = len(cluster.edits) - _MOST_EDITS
    return _Annotation(
        level=_LEVELS[place.section.judge_gravity(cluster.severity)],
        title=f"{cluster.label}: {format_count(len(cluster.drifts), 'golden')}",
        lines=(
            f"{place.item.drift.case} · {place.item.drift.path}, {place.section.title}",
            f"of {join_some(cluster.cases)} by {join_some(cluster.paths)}",
            *(f"{edit.where}: {edit.sentence}" for edit in cluster.edits[:_MOST_EDITS]),
            *([f"… and {format_count(more, 'more edit')}"] if more > 0 else []),
            *(describe_also(each, len(cluster.drifts)) for each in cluster.also[:_MOST_EDITS]),
            f"cluster {cluster.fingerprint}" + (f"; accept: {command}" if command else ""),
        ),
        file=place.item.golden,
        line=place.item.line,
    )


def _annotate_problems(problems: Sequence[Problem]) -> Iterator[_Annotation]:
    for problem in sorted(problems, key=lambda each: list(Gravity).index(each.gravity), reverse=True):
        named = " · ".join(filter(None, (problem.case, problem.path)))
        lines = tuple(filter(None, (named, problem.sentence)))
        yield _Annotation(_LEVELS[problem.gravity], problem.finding, lines, problem.golden)


def _cap(annotations: Sequence[_Annotation], level: str) -> Sequence[_Annotation]:
    """Keep the annotations of a level; if there are too many, the last one says how many are missing."""
    found = [each for each in annotations if each.level == level]
    if len(found) <= MOST_OF_A_LEVEL:
        return found
    shown = found[: MOST_OF_A_LEVEL - 1]
    left = format_count(len(found) - len(shown), "more annotation")
    words = f"{left} of this level would not be shown; `goldens report` shows all"
    return [*shown, _Annotation(level, "left out", (words,))]


def _escape_data(text: str) -> str:
    """Escape a command's message as the runner reads it back, after which a reader can see all of it."""
    return make_lines_visible(text).replace("%", "%25").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    """Escape a command's property, which a colon or a comma would end."""
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
