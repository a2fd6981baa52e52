"""Values of facts in words: in full for a reader, and without what differs from case to case."""

import json
import re

from graph_goldens.drift.text.wording import generalise_error
from graph_goldens.words import shorten_text

LONGEST = 80
_RESULT = re.compile(r"\Aresult \d+: ")  # which one it is: graph_goldens/capture/tracing/agreement.py


def spell_json(value: object) -> str:
    """Spell a value as JSON, in which `1`, `1.0` and `true` differ and the order of keys does not matter."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def spell_value(value: object) -> str:
    """Spell a value as JSON, cut to a number of characters that a line has room for."""
    return shorten_text(spell_json(value), LONGEST)


def generalise_value(value: object) -> str:
    """Spell a value without what differs from case to case: numbers, names within errors, which result."""
    if is_number(value):
        return "a number"
    return (
        generalise_error(_RESULT.sub("a result: ", value)) if isinstance(value, str) else spell_value(value)
    )


def is_number(value: object) -> bool:
    """Whether a value is a number, which a truth value is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)
