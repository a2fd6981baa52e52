"""A drift in a terminal: its class, its edits, and what differs, graphs aligned by node."""

import sys
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from harness.drift import (
    Alignment,
    Drift,
    DriftClass,
    Edit,
    Severity,
    TextDifference,
    align_texts,
    unified_lines,
)
from harness.drift.captured import Pairing, pair_graphs
from harness.records import Record
from harness.reports.rows import marked_pair, row_lines, text_lines

MOST_EDITS = 6
MOST_LINES = 24
ALL = sys.maxsize

_HANGING = 4


def class_text(kind: DriftClass, label: str = "") -> Text:
    """Style a drift's class or its label, coloured by whether it matters."""
    style = "bold red" if kind.severity is Severity.SEMANTIC else "bold yellow"
    return Text(label or kind.value, style=style)


def drift_lines(drift: Drift, *, most_lines: int = MOST_LINES) -> Iterator[Text]:
    """Yield what a person reads about a drift: edits, then a bounded number of lines of what differs.

    Where `ALL` lines are asked for, all edits are shown too.
    """
    yield from edit_lines(drift.edits, ALL if most_lines == ALL else MOST_EDITS)
    lines = list(all_lines(drift))
    yield from lines[:most_lines]
    if len(lines) > most_lines:
        yield Text(f"    … and {len(lines) - most_lines} more lines", style="dim")


def all_lines(drift: Drift) -> Iterator[Text]:
    """Yield all that differs: the outcome, then each artifact."""
    yield from outcome_lines(drift)
    pairing = pair_graphs(drift.golden, drift.record)
    for text in telling_texts(drift):
        yield from difference_lines(text, pairing)


def outcome_lines(drift: Drift) -> Iterator[Text]:
    """Yield both outcomes in full where they differ; the words of an edit shorten them."""
    old, new = (_outcome(record) for record in (drift.golden, drift.record))
    if old != new:
        yield Text("  outcome", style="bold")
        yield from (Text("    ") + safe(line) for line in marked_pair(old, new))


def _outcome(record: Record) -> str:
    return ": ".join(filter(None, (record.outcome.value, record.reason.replace("\n", " ⏎ "))))


def edit_lines(edits: tuple[Edit, ...], most: int = MOST_EDITS) -> Iterator[Text]:
    """Yield edits in words, a line each."""
    for edit in edits[:most]:
        where = Text() if edit.where == edit.kind.value else Text(f"{printable(edit.where)}: ", "bold")
        yield Text.assemble("  ", where, printable(_shortened(edit.sentence)))
    if len(edits) > most:
        rest = len(edits) - most
        yield Text(f"  … and {rest} more edit{'s' if rest > 1 else ''}", style="dim")


def telling_texts(drift: Drift) -> Iterator[TextDifference]:
    """Leave out code whose graph string differs too: both say the same, and nodes can be aligned."""
    names = {text.name for text in drift.texts}
    for text in drift.texts:
        if not (text.name.endswith(".code") and text.name.removesuffix(".code") + ".graph" in names):
            yield text


def representative_text(drift: Drift) -> TextDifference | None:
    """Choose the text that shows the worst visible edit; None where outcomes differ, or only facts."""
    if drift.kind is DriftClass.OUTCOME:
        return None
    texts = {text.name: text for text in telling_texts(drift)}
    for edit in drift.edits:
        graph = edit.where.removesuffix(".code")
        if found := texts.get(edit.where) or texts.get(f"{graph}.graph"):
            return found
    return next(iter(texts.values()), None)


def difference_lines(text: TextDifference, pairing: Pairing) -> Iterator[Text]:
    """Yield what differs in an artifact: a graph by its nodes, as they were paired, all else by its lines."""
    yield Text(f"  {printable(text.name)}", style="bold")
    aligned = _alignment(text, pairing) if text.name.endswith(".graph") else None
    lines = row_lines(aligned.rows) if aligned else text_lines(unified_lines(text.old, text.new, context=1))
    yield from (Text("    ") + safe(line) for line in lines)


def _alignment(text: TextDifference, pairing: Pairing) -> Alignment | None:
    found = pairing.alignments.get(text.name.removesuffix(".graph"))
    return found or align_texts(text.old, text.new)


def print_lines(console: Console, lines: Iterable[Text]) -> None:
    """Print lines; in a terminal what does not fit goes on below, further in, else nothing is broken."""
    for line in lines:
        for part in fitted(line, console.width) if console.is_terminal else (line,):
            console.print(part, soft_wrap=True)


def fitted(line: Text, width: int) -> Iterator[Text]:
    """Break a line to a width; what goes on stands further in than its beginning."""
    if line.cell_len <= width:
        yield line
        return
    indent = min(len(line.plain) - len(line.plain.lstrip()), width // 2)
    pieces = line[indent:].wrap(_MEASURING, max(8, width - indent - _HANGING))
    for number, piece in enumerate(pieces):
        piece.rstrip()
        yield Text(" " * (indent + (_HANGING if number else 0))) + piece


_MEASURING = Console(width=80)


def _shortened(sentence: str, most: int = 300) -> str:
    first = sentence.replace("\n", " ⏎ ")
    return first if len(first) <= most else first[: most - 1] + "…"


def printable(text: str) -> str:
    """Replace characters that would steer a terminal."""
    return "".join(char if char.isprintable() or char in "\t" else "�" for char in text)


def safe(line: Text) -> Text:
    """Replace characters that would steer a terminal in a styled line, whose styles stay."""
    return Text(printable(line.plain), style=line.style, spans=line.spans)
