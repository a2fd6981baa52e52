"""Numbers that Dynamo puts behind what it adds to a module's globals, found in one pass over each word."""

import re
from collections.abc import Iterator

_IMPORT = "__import_"
_NAMES = f"__builtins_dict__|__compiled_fn|__resume_at|{_IMPORT}"
_WORD = re.compile(rf"(?:{_NAMES})\w*")
_NAME = re.compile(rf"(?=({_NAMES}))")
_PIECE = re.compile(r"_([^_]*)")
_DIGITS = re.compile(r"\d+")
_HEX = re.compile(r"[0-9a-f]+")
_HASH = 8
"""Digits of the hash that may stand behind the counters."""


def drop_counters(text: str) -> str:
    """Drop what counts: `_13` of `__builtins_dict___13`, `_1_0a1b2c3d` of `__compiled_fn_1_0a1b2c3d`."""
    return _WORD.sub(lambda match: _cut(match[0]), text)


def _cut(word: str) -> str:
    """Cut a word behind its first name that counters follow, up to the word's end.

    Behind `__import_` stands the name of a module, of one letter at least.
    """
    places = set(_find_counters(word))
    for match in _NAME.finditer(word) if places else ():
        end = match.end(1)
        if match[1] != _IMPORT and end in places:
            return word[:end]
        if match[1] == _IMPORT and max(places) > end:
            return word[: min(place for place in places if place > end)]
    return word


def _find_counters(word: str) -> Iterator[int]:
    """Yield, from the last on, where `_1`, `_1_2` or `_1_0a1b2c3d_0` begins and goes on to the end."""
    ends, hash_follows, in_hash = True, False, True
    for match in reversed(list(_PIECE.finditer(word))):
        counts = bool(_DIGITS.fullmatch(match[1])) and (ends or hash_follows)
        in_hash = in_hash and bool(_HEX.fullmatch(match[1]))
        if counts:
            yield match.start()
        elif not in_hash:
            return
        ends, hash_follows = counts, in_hash and len(match[1]) == _HASH
