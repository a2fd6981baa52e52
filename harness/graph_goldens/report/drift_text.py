"""A drift in a terminal: its class, its edits, and what differs, graphs aligned by node."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, takewhile

from rich.console import Console
from rich.text import Span, Text

from graph_goldens.drift.classes import DriftClass, Severity
from graph_goldens.drift.drift import Drift, Edit, TextDifference
from graph_goldens.drift.graph_pairing import Pairing, pair_graphs
from graph_goldens.drift.matching.alignment import Alignment, align_texts
from graph_goldens.drift.text.line_diff import diff_lines
from graph_goldens.drift.text.wording import contrast
from graph_goldens.records import Record
from graph_goldens.report.graph_rows import format_rows, format_text_lines, mark_pair
from graph_goldens.words import flatten_text, format_count, make_visible

MOST_EDITS = 6
MOST_LINES = 24
ALL = sys.maxsize

_HANGING = 4
_LONGEST = 300
_HEAD = 100  # what contrasted texts keep of their beginnings


def style_class(kind: DriftClass, severity: Severity, label: str = "") -> Text:
    """Style a drift's class or its label, coloured by whether the drift matters to the project."""
    style = "bold red" if severity is Severity.SEMANTIC else "bold yellow"
    return Text(label or kind.value, style=style)


def format_drift(drift: Drift, *, most_lines: int = MOST_LINES) -> Iterator[Text]:
    """Yield what a person reads about a drift: edits, then a bounded number of lines of what differs.

    Where `ALL` lines are asked for, all edits are shown too.
    """
    yield from format_edits(drift.edits, ALL if most_lines == ALL else MOST_EDITS)
    lines = list(format_all(drift))
    yield from lines[:most_lines]
    if len(lines) > most_lines:
        yield Text(f"    … and {len(lines) - most_lines} more lines", style="dim")


def format_all(drift: Drift) -> Iterator[Text]:
    """Yield all that differs: the outcome, then each artifact."""
    yield from format_outcomes(drift)
    pairing = pair_graphs(drift.golden, drift.record)
    for text in select_telling_texts(drift):
        yield from format_difference(text, pairing)


def format_outcomes(drift: Drift) -> Iterator[Text]:
    """Yield both outcomes in full where they differ; the words of an edit shorten them."""
    old, new = (_describe_outcome(record) for record in (drift.golden, drift.record))
    if old != new:
        yield Text("  outcome", style="bold")
        yield from (Text("    ") + line for line in mark_pair(old, new))


def _describe_outcome(record: Record) -> str:
    return ": ".join(filter(None, (record.outcome.value, record.reason.replace("\n", " ⏎ "))))


def format_edits(edits: tuple[Edit, ...], most: int = MOST_EDITS) -> Iterator[Text]:
    """Yield edits in words, a line each."""
    for edit in edits[:most]:
        where = Text() if edit.where == edit.kind.value else Text(f"{edit.where}: ", "bold")
        yield Text.assemble("  ", where, shorten_sentence(edit.sentence, ALL if most == ALL else _LONGEST))
    if len(edits) > most:
        rest = len(edits) - most
        yield Text(f"  … and {format_count(rest, 'more edit')}", style="dim")


def shorten_sentence(sentence: str, most: int) -> str:
    """Put a sentence on one line; where it is long, both of its sides are cut to where they differ."""
    sides = sentence.split(" → ")
    if len(sentence) > most and len(sides) == 2:
        place = _find_place(*sides)
        old, new = contrast(sides[0].removeprefix(place), sides[1], most // 2)
        return flatten_text(f"{place}{old} → {new}", len(place) + most + 2 * _HEAD)
    return flatten_text(sentence, most)


def _find_place(old: str, new: str) -> str:
    """Find what stands before an old side and says what it is of: `facts.frames: `."""
    heads = accumulate((f"{part}: " for part in old.split(": ")[:-1]), initial="")
    return max(heads, key=lambda head: _count_alike(old.removeprefix(head), new))


def _count_alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def select_telling_texts(drift: Drift) -> Iterator[TextDifference]:
    """Leave out code whose graph string differs too: both say the same, and nodes can be aligned."""
    names = {text.name for text in drift.texts}
    for text in drift.texts:
        if not (text.name.endswith(".code") and text.name.removesuffix(".code") + ".graph" in names):
            yield text


def choose_representative_text(drift: Drift, edits: Sequence[Edit] = ()) -> TextDifference | None:
    """Choose the text that shows the worst visible edit; None where outcomes differ, or only facts.

    Args:
        drift: the drift.
        edits: those of its edits that are looked for first, such as those of a leading change.
    """
    if drift.kind is DriftClass.OUTCOME:
        return None
    texts = {text.name: text for text in select_telling_texts(drift)}
    for edit in (*edits, *drift.edits):
        graph = edit.where.removesuffix(".code")
        if found := texts.get(edit.where) or texts.get(f"{graph}.graph"):
            return found
    return next(iter(texts.values()), None)


def format_difference(text: TextDifference, pairing: Pairing) -> Iterator[Text]:
    """Yield what differs in an artifact: a graph by its nodes, as they were paired, all else by its lines."""
    yield Text(f"  {text.name}", style="bold")
    aligned = _align(text, pairing) if text.name.endswith(".graph") else None
    lines = (
        format_rows(aligned.rows) if aligned else format_text_lines(diff_lines(text.old, text.new, context=1))
    )
    yield from (Text("    ") + line for line in lines)


def _align(text: TextDifference, pairing: Pairing) -> Alignment | None:
    found = pairing.alignments.get(text.name.removesuffix(".graph"))
    return found or align_texts(text.old, text.new)


def print_lines(console: Console, lines: Iterable[Text]) -> None:
    """Print lines; in a terminal what does not fit goes on below, further in, else nothing is broken."""
    for line in lines:
        for part in wrap_line(line, console.width) if console.is_terminal else (make_safe(line),):
            console.print(part, soft_wrap=True)


def wrap_line(line: Text, width: int) -> Iterator[Text]:
    """Break a line to a width; what goes on stands further in than its beginning, and all can be seen."""
    line = make_safe(line)
    if line.cell_len <= width:
        yield line
        return
    indent = min(len(line.plain) - len(line.plain.lstrip()), width // 2)
    pieces = line[indent:].wrap(_MEASURING, max(8, width - indent - _HANGING))
    for number, piece in enumerate(pieces):
        piece.rstrip()
        yield Text(" " * (indent + (_HANGING if number else 0))) + piece


_MEASURING = Console(width=80)


def make_safe(line: Text) -> Text:
    """Replace characters that would steer a terminal in a styled line, whose styles stay."""
    if line.plain.isprintable():
        return line
    ends = list(accumulate((len(make_visible(char)) for char in line.plain), initial=0))
    spans = [Span(ends[span.start], ends[min(span.end, len(line))], span.style) for span in line.spans]
    return Text(make_visible(line.plain), style=line.style, spans=spans)
