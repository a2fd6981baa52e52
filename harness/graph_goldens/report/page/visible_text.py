"""Texts from graphs, cases and errors, as a page may show and carry them."""

import json

from graph_goldens.records import Json

_KEPT = "\t"
# Inside a script element a parser looks for `<`; the others end lines or entities in older readers.
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def make_visible(text: str) -> str:
    """Replace what a reader cannot see by its code point: controls, direction overrides, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in _KEPT else f"⟨U+{ord(char):04X}⟩" for char in text)


def encode_for_script(value: Json) -> str:
    """Encode a value as JSON that stands safely inside a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
