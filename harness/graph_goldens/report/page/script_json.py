"""Values that a page carries inside its script."""

import base64
import json
import zlib

from graph_goldens.records import Json

# Inside a script element a parser looks for `<`; the others end lines or entities in older readers.
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def encode_for_script(value: Json) -> str:
    """Encode a value as JSON that stands safely inside a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def pack_for_script(value: Json) -> str:
    """Pack a value as JSON by zlib, in letters that stand safely inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode())).decode()
