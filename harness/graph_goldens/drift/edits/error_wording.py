"""Whether two errors are one error in other words.

From 2.11 on Dynamo numbers its kinds of graph breaks (`gb_type` of torch/_dynamo/exc.py), and records hold
the kind beside the message. Where no kind is recorded, only words may differ: what the messages name
(operators, quoted texts, numbers), what they deny, and most of their words must be the same.
"""

import re

from graph_goldens.records import Json, Record

ERROR_FACT = "error"

_TYPE = re.compile(r"([A-Za-z_][\w.]*)(?:: |\Z)")
_NAMED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`|\b\w+(?:(?:\.|::)\w+)+|\b\w*(?:_\w*[a-zA-Z]|\d)\w*\b")
_DENIED = re.compile(r"\b(?:no|not|non|never|cannot|without|un\w+)\b|n't\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{2,}")
_SHARED = 0.5
_FEWEST = 3
# The types of which Dynamo says the kind apart from the words: torch/_dynamo/exc.py.
_KNOWN_BY_KIND = ("Unsupported", "UserError")


def is_other_wording(golden: Record, record: Record) -> bool:
    """Whether two records of errors say the same in other words."""
    left, right = (_read_type(each.reason) for each in (golden, record))
    if left != right or not left:
        return False
    kinds = [_read_fact(each.facts.get(ERROR_FACT)) for each in (golden, record)]
    if all(kinds) and kinds[0] != kinds[1]:
        return False
    if all("kind" in kind for kind in kinds):
        return True
    old, new = (each.reason[len(left) :] for each in (golden, record))
    if left in _KNOWN_BY_KIND and not _is_near(_first_line(old), _first_line(new)):
        return False
    return _says_same(old, new)


def _read_type(reason: str) -> str:
    match = _TYPE.match(reason)
    return match[1] if match else ""


def _read_fact(fact: Json) -> dict[str, Json]:
    return fact if isinstance(fact, dict) else {}


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0]


def _says_same(old: str, new: str) -> bool:
    named = [set(_NAMED.findall(text)) for text in (old, new)]
    denied = [len(_DENIED.findall(text)) for text in (old, new)]
    told = named[0] <= named[1] or named[1] <= named[0]
    return told and denied[0] == denied[1] and _is_near(old, new)


def _is_near(old: str, new: str) -> bool:
    """Whether most of the words of the shorter text stand in the longer one too."""
    words = [_WORD.findall(text.lower()) for text in (old, new)]
    shorter, longer = sorted(words, key=len)
    shared = sum(word in longer for word in shorter)
    return len(shorter) >= _FEWEST and shared > _SHARED * len(shorter) and shared * 4 > len(longer)
