"""Whether two errors are one error in other words.

From 2.11 on Dynamo numbers its kinds of graph breaks (`gb_type` of torch/_dynamo/exc.py), and records hold
the kind beside the message. Where no kind is recorded, only words may differ: what the messages name
(operators, quoted texts, numbers), what they deny, and most of their words must be the same.
"""

import re
from collections import Counter

from graph_goldens.drift.edits.error_text import drop_print, read_error
from graph_goldens.records import Json, Record

ERROR_FACT = "error"

_TYPE = re.compile(r"([A-Za-z_][\w.]*)(?:: |\Z)")
_NAMED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`|\b\w+(?:(?:\.|::)\w+)+|\b\w*(?:_\w*[a-zA-Z]|\d)\w*\b")
_DENIED = re.compile(r"\b(?:no|not|non|never|cannot|without|un\w+)\b|n't\b", re.IGNORECASE)
# Words of which one in place of the other says another thing, though all other words are the same.
_OPPOSITES = (
    ("input", "output"),
    ("first", "last"),
    ("before", "after"),
    ("forward", "backward"),
    ("true", "false"),
    ("same", "different"),
    ("least", "most"),
    ("more", "fewer"),
    ("more", "less"),
    ("greater", "less"),
    ("greater", "smaller"),
    ("larger", "smaller"),
    ("missing", "unexpected"),
    ("static", "dynamic"),
    ("read", "write"),
    ("left", "right"),
)
_NODE = re.compile(r"%\w+")
_WORD = re.compile(r"[a-z]{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_ADVICE = re.compile(r"\s*(?:If|Please|Try|Consider|You can|You may|Hint)\b")
_SHARED = 0.5
_FEWEST = 3
# The types of which Dynamo says the kind apart from the words: torch/_dynamo/exc.py.
_KNOWN_BY_KIND = ("Unsupported", "UserError")


def is_other_wording(golden: Record, record: Record) -> bool:
    """Whether two records of errors say the same in other words."""
    sides = golden, record
    left, right = (_read_type(each.reason) for each in sides)
    if left != right or not left:
        return False
    kinds = [_read_fact(each.facts.get(ERROR_FACT)) for each in sides]
    if all(kinds) and kinds[0] != kinds[1]:
        return False
    if all(kind.get("kind") for kind in kinds):  # of a `UserError` it may be empty, which says nothing
        return True
    if left in _KNOWN_BY_KIND and not _is_near(*(_first_line(each.reason[len(left) :]) for each in sides)):
        return False
    errors = [read_error(drop_print(each.reason)) for each in sides]
    inner = [read_error(error.message) for error in errors]
    told = [{each.type for each in group if each.type} for group in (errors, inner)]
    return max(map(len, told)) <= 1 and _says_same(*(each.message for each in inner))


def _read_type(reason: str) -> str:
    match = _TYPE.match(reason)
    return match[1] if match else ""


def _read_fact(fact: Json) -> dict[str, Json]:
    return fact if isinstance(fact, dict) else {}


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0]


def _says_same(old: str, new: str) -> bool:
    if old == new:
        return True
    named = [set(_NAMED.findall(_drop_advice(text))) for text in (old, new)]
    denied = [len(_DENIED.findall(text)) for text in (old, new)]
    told = named[0] <= named[1] or named[1] <= named[0]
    return (
        told
        and denied[0] == denied[1]
        and _is_near(old, new)
        and not _names_otherwise(old, new)
        and not _says_opposite(old, new)
    )


def _names_otherwise(old: str, new: str) -> bool:
    """Whether the same words tell of the same things the other way round: `0 is not 3`, `3 is not 0`.

    Nodes may have other numbers.
    """
    left, right = (_NODE.sub("%", _drop_advice(text)) for text in (old, new))
    return left != right and _NAMED.sub("", left) == _NAMED.sub("", right)


def _says_opposite(old: str, new: str) -> bool:
    """Whether a word went and its opposite came, in the singular or the plural."""
    before, after = (Counter(map(_drop_plural, _list_words(_drop_advice(text)))) for text in (old, new))
    gone, come = before - after, after - before
    pairs = (tuple(map(_drop_plural, pair)) for pair in _OPPOSITES)
    return any((one in gone and other in come) or (other in gone and one in come) for one, other in pairs)


def _list_words(text: str) -> list[str]:
    return _WORD.findall(_NAMED.sub("", text).lower())


def _drop_plural(word: str) -> str:
    return word.removesuffix("s")


def _drop_advice(text: str) -> str:
    """Leave out the sentences, but the first, that only say what one may do about an error."""
    first, *others = _SENTENCE_END.split(text)
    return " ".join([first, *(sentence for sentence in others if not _ADVICE.match(sentence))])


def _is_near(old: str, new: str) -> bool:
    """Whether most of the words of the shorter text stand in the longer one too."""
    words = [_WORD.findall(text.lower()) for text in (old, new)]
    shorter, longer = sorted(words, key=len)
    shared = sum(word in longer for word in shorter)
    return len(shorter) >= _FEWEST and shared > _SHARED * len(shorter) and shared * 4 > len(longer)
