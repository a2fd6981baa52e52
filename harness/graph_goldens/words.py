"""Words for people that all parts share: counts, texts cut to a length, and characters that can be seen."""

import difflib
from collections.abc import Sequence

_LINE_END = " ⏎ "


def format_count(count: int, what: str) -> str:
    """Format a number of things: `1 golden`, `1,340 goldens`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def join_some(words: Sequence[str], most: int = 3) -> str:
    """Join words with commas, the first few where there are many."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown


def suggest_name(name: str, known: Sequence[str]) -> str:
    """Say which known name was probably meant, or else which there are."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"


def shorten_text(text: str, most: int) -> str:
    """Cut a text to a number of characters; `…` is the last of them where something is cut off."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def flatten_text(text: str, most: int) -> str:
    """Put a text on one line, with every character visible, cut to a number of characters."""
    return shorten_text(make_visible(text.replace("\n", _LINE_END).replace("\t", " ")), most)


def make_visible(text: str) -> str:
    """Replace what a reader cannot see, and what would steer a terminal, by its code point; tabs stay.

    These are controls, direction overrides, line separators, lone surrogates.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\t" else f"⟨U+{ord(char):04X}⟩" for char in text)


def make_lines_visible(text: str) -> str:
    """Replace what a reader cannot see in a text of several lines, whose ends stay."""
    return "\n".join(map(make_visible, text.split("\n")))


def make_values_visible(value: object) -> object:
    """Replace what a reader cannot see in all texts of a value that is to become JSON, but for its keys."""
    match value:
        case str():
            return make_lines_visible(value)
        case dict():
            return {key: make_values_visible(inner) for key, inner in value.items()}
        case list() | tuple():
            return [make_values_visible(inner) for inner in value]
        case _:
            return value


def make_json_visible(text: str) -> str:
    """Escape in a JSON text what a reader cannot see, without changing what it says; line ends stay."""
    return "".join(char if char.isprintable() or char == "\n" else _escape_in_json(char) for char in text)


def _escape_in_json(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
