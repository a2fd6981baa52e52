"""A drift in a terminal: its class, its edits, and the lines that differ."""

from collections.abc import Iterator

from rich.text import Text

from harness.drift import Drift, DriftClass, LineKind, Severity, TextDifference, unified_lines

MOST_EDITS = 6
MOST_LINES = 24

_LINE_STYLES = {
    LineKind.HEADER: "cyan",
    LineKind.CONTEXT: "dim",
    LineKind.REMOVED: "red",
    LineKind.ADDED: "green",
}


def class_text(kind: DriftClass) -> Text:
    """Give a drift's class, coloured by whether it matters."""
    return Text(kind.value, style="bold red" if kind.severity is Severity.SEMANTIC else "bold yellow")


def drift_lines(drift: Drift, *, most_lines: int = MOST_LINES) -> Iterator[Text]:
    """Give what a person reads about a drift, at most so many lines of the texts' differences."""
    for edit in drift.edits[:MOST_EDITS]:
        yield Text.assemble("  ", (edit.where, "bold"), ": ", printable(_shortened(edit.sentence)))
    if len(drift.edits) > MOST_EDITS:
        yield Text(f"  … and {len(drift.edits) - MOST_EDITS} more edits", style="dim")
    lines = [line for text in _most_telling(drift) for line in _text_lines(text)]
    yield from lines[:most_lines]
    if len(lines) > most_lines:
        yield Text(f"    … and {len(lines) - most_lines} more lines", style="dim")


def _most_telling(drift: Drift) -> Iterator[TextDifference]:
    """Leave out a graph string whose code differs too: both say the same, and code reads better."""
    names = {text.name for text in drift.texts}
    for text in drift.texts:
        if not (text.name.endswith(".graph") and text.name.removesuffix(".graph") + ".code" in names):
            yield text


def _text_lines(text: TextDifference) -> Iterator[Text]:
    yield Text(f"  {text.name}", style="bold")
    for line in unified_lines(text.old or "", text.new or "", context=1):
        marker = "" if line.kind is LineKind.HEADER else f"{line.kind.value} "
        yield Text(f"    {marker}{printable(line.text)}", style=_LINE_STYLES[line.kind])


def _shortened(sentence: str, most: int = 300) -> str:
    first = sentence.replace("\n", " ⏎ ")
    return first if len(first) <= most else first[: most - 1] + "…"


def printable(text: str) -> str:
    """Replace characters that would steer a terminal."""
    return "".join(char if char.isprintable() or char in "\t" else "�" for char in text)
