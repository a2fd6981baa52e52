"""A report as Markdown that fits a pull-request comment: the worst first, details folded, its size capped.

What comes from graphs, cases, errors and reasons stands only in code: in code spans, in `<code>` within HTML,
or in fenced blocks. There it cannot mention a person, link, close an issue or end what holds it.
"""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.text import Text

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Drift, Edit
from graph_goldens.drift.evidence import describe_evidence
from graph_goldens.drift.graph_pairing import pair_graphs
from graph_goldens.environments.upstream_commits import UpstreamCommit
from graph_goldens.report.cluster_text import describe_also
from graph_goldens.report.drift_text import (
    choose_representative_text,
    format_difference,
    format_outcomes,
    select_telling_texts,
    shorten_sentence,
)
from graph_goldens.report.formats.code_spans import choose_fence, format_code
from graph_goldens.report.known_text import describe_decision, name_decision
from graph_goldens.report.model import DriftPlace, Problem, Report, Section, Spread
from graph_goldens.report.phrases import (
    build_accept_command,
    describe_classes,
    describe_found,
    describe_weight,
)
from graph_goldens.words import flatten_text, format_count, join_some, make_lines_visible

MARKER = "<!-- graph-goldens -->"
LIMIT = 60_000

_MOST_EDITS = 8
_MOST_ALSO = 6
_LONGEST_LINE = 400
_LONGEST_SIDE = 90  # of an edit in a table
_COMMIT = 11
_INDENT = "    "  # before the lines of a difference, less before what names them
_FOOT = 600  # bytes that are kept for what is said about what was left out


def _make_visible(value: object) -> object:
    """Let a reader see what a text holds, whatever filled it in."""
    return make_lines_visible(value) if isinstance(value, str) else value


# Templates escape nothing, since what is safe differs from place to place: they are given Markdown.
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates" / "markdown"),
    undefined=StrictUndefined,
    autoescape=False,
    finalize=_make_visible,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class _Size:
    """How much of a cluster is shown."""

    lines: int
    goldens: int


_SIZES = (_Size(80, 100), _Size(24, 20), _Size(0, 0))


class _Room:
    """Bytes that are left."""

    def __init__(self, size: int) -> None:
        self._size = size

    def share(self, part: float) -> "_Room":
        """Return room for a part of what is left."""
        return _Room(int(self._size * part))

    def take(self, text: str) -> bool:
        """Take room for a text, if there is enough."""
        size = len(text.encode("utf-8", "replace"))
        if size > self._size:
            return False
        self._size -= size
        return True


def render_markdown(report: Report, limit: int = LIMIT) -> str:
    """Render a report in at most `limit` bytes; it begins with a marker by which a comment is found again."""
    remarks = [format_code(remark) for remark in report.remarks]
    title = format_code(report.title)
    head = _fill("head", marker=MARKER, headline=describe_found(report), title=title, remarks=remarks)
    room = _Room(limit - _FOOT)
    room.take(head)
    sections = _take_fitting(map(_format_section_row, report.sections), room.share(0.15))
    rows = _take_fitting((_format_cluster_row(spread, report) for spread in report.spreads), room.share(0.35))
    problems = _take_fitting(map(_format_problem_row, report.problems), room.share(0.2))
    parts = [head]
    if len(report.sections) > 1:
        parts.append(_fill("sections", rows=sections))
    if rows:
        parts.append(_fill("clusters", rows=rows, several=_has_several(report)))
    if known := _take_fitting(_list_known_rows(report), room.share(0.1)):
        count = format_count(sum(len(section.known) for section in report.sections), "known drift")
        parts.append(_fill("problems", rows=known, count=count))
    if problems:
        count = format_count(len(report.problems), "other finding")
        parts.append(_fill("problems", rows=problems, count=count))
    room.take("".join(parts[1:]))
    details = list(_format_details(report, room))
    left_out = _describe_left_out(report, len(rows), len(known), len(problems), len(details))
    return "".join([*parts, *details, _fill("foot", left_out=left_out)])


def _fill(template: str, **values: object) -> str:
    return _TEMPLATES.get_template(f"{template}.md.j2").render(values)


def _take_fitting(texts: Iterable[str], room: _Room) -> list[str]:
    """Return the first texts that there is room for, each with a line end."""
    found = []
    for text in texts:
        if not room.take(f"{text}\n"):
            break
        found.append(text)
    return found


def _has_several(report: Report) -> bool:
    return len(report.sections) > 1


def _format_section_row(section: Section) -> str:
    counts = (f"{len(section.items):,}", f"{len(section.clusters):,}", describe_classes(section.classes))
    title = format_code(section.title, in_table=True)
    return f"| {title} | {' | '.join(counts)} | {len(section.problems):,} |"


def _format_cluster_row(spread: Spread, report: Report) -> str:
    cluster = spread.cluster
    edit, *others = cluster.edits
    more = f" and {format_count(len(others), 'more edit')}" if others else ""
    where = f" {_format_versions(spread)} |" if _has_several(report) else ""
    words = format_code(_shorten_edit(edit), in_table=True)
    also = f", also {format_count(len(cluster.also), 'other change')} in some" if cluster.also else ""
    name = format_code(cluster.fingerprint, in_table=True)
    cases = format_code(join_some(cluster.cases, most=2), in_table=True)
    said = f"{words}{more}{also}<br>in {cases}"
    return f"| {describe_weight(cluster)} | {said} | {len(cluster.drifts):,} |{where} {name} |"


def _describe_edit(edit: Edit) -> str:
    return edit.sentence if edit.where == edit.kind.value else f"{edit.where}: {edit.sentence}"


def _shorten_edit(edit: Edit) -> str:
    """Cut both sides of an edit to where they differ, so that neither pushes the other out of sight."""
    return shorten_sentence(_describe_edit(edit), 2 * _LONGEST_SIDE)


def _format_versions(spread: Spread) -> str:
    names = [section.after for section in spread.sections]
    shown = names if len(names) <= 3 else [names[0], "…", names[-1]]
    return format_code(" ".join(shown), in_table=True)


def _format_problem_row(problem: Problem) -> str:
    key = " · ".join(filter(None, (problem.case, problem.path)))
    return " ".join(
        filter(None, (f"{problem.finding}:", key and format_code(key), format_code(problem.sentence)))
    )


def _list_known_rows(report: Report) -> Iterator[str]:
    """Format each cluster of known drifts with its decisions."""
    for section in report.sections:
        decisions = {id(item.drift): item.known for item in section.known}
        for cluster in section.known_clusters:
            known = dict.fromkeys(each for drift in cluster.drifts for each in decisions[id(drift)])
            words = "; ".join(f"{name_decision(each)}: {describe_decision(each)}" for each in known)
            cases = format_code(join_some(cluster.cases))
            count = format_count(len(cluster.drifts), "golden")
            yield f"{_name_section(section, report)}{cluster.label}: {count}, {cases}: {format_code(words)}"


def _format_details(report: Report, room: _Room) -> Iterator[str]:
    """Format the clusters in full, the worst first, as long as there is room; the last ones in brief."""
    for spread in report.spreads:
        texts = (_format_detail(spread, report, size) for size in _SIZES)
        fitting = next((text for text in texts if room.take(text)), None)
        if fitting is None:
            return
        yield fitting


def _format_detail(spread: Spread, report: Report, size: _Size) -> str:
    cluster, place = spread.cluster, spread.representative
    lines = list(_format_diff(place.item.drift, cluster.edits))
    rest = len(lines) - size.lines
    diff = [*lines[: size.lines], *([f"… and {format_count(rest, 'more line')}"] if rest > 0 else [])]
    listed = _list_cases(spread, report)
    where = (
        f", {format_code(f'{place.section.before} → {place.section.after}')}" if _has_several(report) else ""
    )
    return _fill(
        "cluster",
        label=f"<b>{describe_weight(cluster)}</b>",
        count=format_count(len(cluster.drifts), "golden"),
        name=f"<code>{html.escape(cluster.fingerprint)}</code>",
        edits=[format_code(_describe_edit(edit)) for edit in cluster.edits[:_MOST_EDITS]],
        more_edits=_count_more(len(cluster.edits) - _MOST_EDITS, "edit"),
        also=[format_code(describe_also(each, len(cluster.drifts))) for each in cluster.also[:_MOST_ALSO]],
        more_also=_count_more(len(cluster.also) - _MOST_ALSO, "change"),
        cases=format_code(join_some(cluster.cases, most=6)),
        paths=format_code(join_some(cluster.paths, most=6)),
        shown=format_code(place.item.golden or " · ".join(place.item.drift.key)),
        where=where,
        because=place.item.because and format_code(place.item.because),
        source=_format_source(place.section),
        upstream=[_format_commit(each) for each in report.upstream.get(cluster.fingerprint, ())],
        evidence=(evidence := describe_evidence(cluster.drifts)) and format_code(evidence),
        diff=diff if size.lines else [],
        fence=choose_fence(diff),
        accept=(command := build_accept_command(spread)) and format_code(command),
        goldens=listed[: size.goldens] if len(cluster.drifts) > 1 else [],
        more_goldens=_count_more(len(listed) - size.goldens, "line"),
    )


def _format_source(section: Section) -> str:
    step = section.source
    return f"{format_code(step.words)}: {step.link}" if step else ""


def _format_commit(commit: UpstreamCommit) -> str:
    name = format_code(commit.commit[:_COMMIT])
    return f"{name} {format_code(commit.subject)}: {format_code(commit.because)}"


def _count_more(count: int, what: str) -> str:
    return format_count(count, f"more {what}") if count > 0 else ""


def _format_diff(drift: Drift, edits: Sequence[Edit]) -> Iterator[str]:
    """Format what differs as the terminal shows it, the text that shows the leading edits first."""
    yield from _unindent(format_outcomes(drift))
    if drift.kind is DriftClass.OUTCOME:
        return  # all texts came or went with it
    first = choose_representative_text(drift, edits)
    texts = [text for text in select_telling_texts(drift) if text != first]
    pairing = pair_graphs(drift.golden, drift.record)
    for text in [first, *texts] if first else texts:
        yield from _unindent(format_difference(text, pairing))


def _unindent(lines: Iterable[Text]) -> Iterator[str]:
    """Put the markers of a difference first in their lines, where a code host looks for them."""
    for line in lines:
        body = line.plain.removeprefix(_INDENT)
        yield flatten_text(body if body != line.plain else f"# {body.strip()}", _LONGEST_LINE)


def _list_cases(spread: Spread, report: Report) -> list[str]:
    """List each section and case with its tracing paths, a line for each."""
    lines = []
    for (_, case), places in _group_by_case(spread):
        paths = ", ".join(format_code(place.item.drift.path) for place in places)
        lines.append(f"{_name_section(places[0].section, report)}{format_code(case)}: {paths}")
    return lines


def _group_by_case(spread: Spread) -> Iterator[tuple[tuple[int, str], list[DriftPlace]]]:
    grouped = groupby(spread.places, key=lambda place: (id(place.section), place.item.drift.case))
    return ((key, list(places)) for key, places in grouped)


def _name_section(section: Section, report: Report) -> str:
    return f"{format_code(section.after)} " if _has_several(report) else ""


def _describe_left_out(report: Report, rows: int, known: int, problems: int, details: int) -> list[str]:
    """Say what there was no room for."""
    spreads = report.spreads
    hidden, every_known = spreads[details:], sum(len(section.known_clusters) for section in report.sections)
    goldens = sum(len(spread.cluster.drifts) for spread in hidden)
    said = [
        hidden
        and f"the differences of {format_count(len(hidden), 'cluster')} ({format_count(goldens, 'golden')})",
        rows < len(spreads) and f"{format_count(len(spreads) - rows, 'row')} of the table of clusters",
        known < every_known and f"{format_count(every_known - known, 'cluster')} of known drift",
        problems < len(report.problems) and format_count(len(report.problems) - problems, "other finding"),
    ]
    return [each for each in said if each]
