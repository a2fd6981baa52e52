"""Words for edits, also without what differs from program to program."""

import re
from collections.abc import Sequence

from graph_goldens.words import shorten_text

LONGEST = 100

_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`")
# Where Dynamo says that it found a value: torch/_dynamo/source.py, `L['x'].attr[0]`.
_SOURCE = re.compile(r"\b[LG]\['[^'\n]*'\](?:\.\w+(?:\(\))?|\[[^\[\]\n]*\])*")
_INNERMOST = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>\n]*>")
_DOTTED = re.compile(r"\b[A-Za-z_]\w*(?:(?:\.|::)\w+)+")
_NAMED = re.compile(r"\b(method|function) \w+")
_NODE = re.compile(r"%\w+")
_NUMBER = re.compile(r"(?<![A-Za-z_])-?\d+(?:\.\d+)?(?:e-?\d+)?|(?<=[a-z_])\d+\b")
_DEEPEST = 8
_ALIKE = 40


def quote_short(text: str) -> str:
    """Quote a text, cut where it is long."""
    return f"`{shorten_text(text.strip(), LONGEST)}`"


def quote_pair(old: str, new: str, most: int = LONGEST) -> str:
    """Quote two texts as `old` → `new`; long ones are cut to where they differ, and so never read alike."""
    left, right = old.strip(), new.strip()
    if max(len(left), len(right)) > most:
        left, right = contrast(left, right, most)
    return f"`{left}` → {'another ' if left == right else ''}`{right}`"


def join_changed(old: Sequence[str], new: Sequence[str], most: int = 4) -> str:
    """Join two lists of names as `old → new`; long ones are cut to where they differ."""
    pairs = list(zip(old, new, strict=False))
    differing = [at for at, (a, b) in enumerate(pairs) if a != b]
    start = differing[0] if differing else len(pairs)
    start = max(0, min(start, max(len(old), len(new)) - most)) if max(len(old), len(new)) > most else 0
    return f"{_join_from(old, start, most)} → {_join_from(new, start, most)}"


def _join_from(names: Sequence[str], start: int, most: int) -> str:
    shown = [f"{start} alike"] if start else []
    rest = len(names) - start - most
    more = f" and {rest} more" if rest > 0 else ""
    return f"{', '.join([*shown, *names[start : start + most]])}{more}" or "nothing"


def generalise_text(text: str) -> str:
    """Leave out of a literal's change only names of nodes."""
    return _NODE.sub("%", text)


def generalise_error(reason: str) -> str:
    """Leave out of an error what differs from program to program: names, arguments, numbers."""
    text = " ".join(read_first_words(reason).split())
    kind, colon, message = text.partition(": ")
    for pattern, word in (
        (_SOURCE, "<source>"),
        (_QUOTED, "'…'"),
        (_NODE, "%"),
        (_DOTTED, "<name>"),
        (_NUMBER, "N"),
    ):
        message = pattern.sub(word, message)
    message = _NAMED.sub(r"\1 <name>", message)
    for _ in range(_DEEPEST):
        message = _INNERMOST.sub("…", message)
    return f"{kind}{colon}{message}"


def read_first_words(reason: str) -> str:
    """Read an error's first line, and the next where the first only announces it."""
    lines = [line.strip() for line in reason.split("\n") if line.strip()]
    if len(lines) > 1 and lines[0].endswith(":"):
        return f"{lines[0]} {lines[1]}"
    return lines[0] if lines else ""


def contrast(old: str, new: str, most: int = 160) -> tuple[str, str]:
    """Shorten two texts to where they differ, each on one line; `most` limits the differing part."""
    left, right = (" ".join(text.split()) for text in (old, new))
    pairs = enumerate(zip(left, right, strict=False))
    alike = next((at for at, pair in pairs if pair[0] != pair[1]), min(len(left), len(right)))
    start = left.rfind(" ", 0, alike) + 1 if alike > _ALIKE else 0
    start = max(start, alike - most // 2)  # words may be longer than what is shown
    return _cut(left, start, most), _cut(right, start, most)


def _cut(text: str, start: int, most: int) -> str:
    head = f"{text[:_ALIKE].rpartition(' ')[0]} … " if start > _ALIKE else text[:start]
    return head + shorten_text(text[start:], most)
