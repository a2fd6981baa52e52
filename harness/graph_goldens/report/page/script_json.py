"""Values that a page carries inside its script."""

import base64
import json
import zlib

from graph_goldens.records import Json

# Inside a script element a parser looks for `<`; the others end lines or entities in older readers.
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def encode_for_script(value: Json) -> str:
    """Encode a value as JSON that stands safely inside a script element."""
    return _write(value).translate(_ESCAPES)


def pack_for_script(value: Json) -> str:
    """Pack a value as JSON by zlib, in letters that stand safely inside a script element."""
    return base64.b64encode(zlib.compress(_write(value).encode())).decode()


def _write(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
