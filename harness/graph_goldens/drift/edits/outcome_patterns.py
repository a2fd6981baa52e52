"""How a capture ended, in words that are equal for one upstream change in every tracing path."""

import re
from typing import NamedTuple

from graph_goldens.drift.edits.error_text import drop_print, read_error
from graph_goldens.drift.text.wording import generalise_error
from graph_goldens.records import REASONLESS, Outcome, Record

# What Dynamo and its backends put before an error that they hand on: torch/_dynamo/exc.py,
# InternalTorchDynamoError and BackendCompilerFailed.
_BACKEND = r"backend='…' raised: "
_HANDED_ON = re.compile(rf"(?:InternalTorchDynamoError: |BackendCompilerFailed: {_BACKEND})+(?=\w+: |\w+$)")
# How a message of `unimplemented` in torch/_dynamo/exc.py shows: as an error, and, with the frame's function
# that we tell beside it, as why nothing was captured; and how we tell that retracing failed.
_TOLD_AS = re.compile(r"\AUnsupported: |\Aretracing raises | \(in \w+\)\Z")
_PREFIX = re.compile(rf"(?:\w+: (?:{_BACKEND})?)*")


_TYPES = re.compile(r"\A(?:[A-Z]\w*: |[A-Z]\w*\Z)+")
_WENT, _CAME = "went: ", "came: "
_FEWEST_WORDS = 2


class MessageNames(NamedTuple):
    """What names a change of how something ended.

    Attributes:
        name: what names it; empty where its pattern does.
        parts: what names that the one error went, and that the other came, where it shows both at once.
    """

    name: str = ""
    parts: tuple[str, ...] = ()


def name_end_change(golden: Record, record: Record) -> MessageNames:
    """Name the change of how a capture ended, equal in each tracing path: an error went, came, or both."""
    old, new = (None if each.outcome in REASONLESS else _name_end(each) for each in (golden, record))
    if old is None and new is None:
        return MessageNames()
    if old is None or new is None:
        return MessageNames(_name_part(old, new))
    name = name_message_change(golden.reason, record.reason).name if golden.outcome is record.outcome else ""
    return MessageNames(name, _name_parts(old, new))


def _name_end(record: Record) -> str:
    """Name how a capture ended; an error and why nothing was captured say the same message."""
    told = record.outcome in (Outcome.ERROR, Outcome.NOTHING_CAPTURED)
    message = _generalise_message(record.reason)
    return message if told and message else f"{record.outcome.value} {message}".strip()


def _name_part(old: str | None, new: str | None) -> str:
    return f"{_WENT}{old}" if new is None else f"{_CAME}{new}"


def _name_parts(old: str, new: str) -> tuple[str, ...]:
    return (f"{_WENT}{old}", f"{_CAME}{new}") if old != new else ()


def _generalise_message(reason: str) -> str:
    return _drop_handed_on(_generalise(_TOLD_AS.sub("", reason)))


def tells_message(part: str) -> bool:
    """Whether a part is an error that went or came, and its name says more than the error's type.

    By the type alone unlike errors are alike.
    """
    if not part.startswith((_WENT, _CAME)):
        return False
    message = _TYPES.sub("", part.partition(": ")[2])
    return len(re.findall(r"[a-z]{2,}", message)) >= _FEWEST_WORDS


def spell_outcome_pattern(golden: Record, record: Record) -> str:
    """Say how the end of a capture changed, without what differs between programs and tracing paths.

    Who handed an error on, or carried it in words of its own, is left out where the error itself came, went
    or changed; where only somebody more or less handed it on, or carries it in other words, that is all that
    is said. Another type of error is another error.
    """
    if golden.outcome is not record.outcome:
        return " → ".join(_spell(each.outcome, _generalise(each.reason)) for each in (golden, record))
    return f"{golden.outcome.value} {spell_message_change(golden.reason, record.reason)}"


def name_message_change(old: str, new: str) -> MessageNames:
    """Name a change of what an error, a graph break or a failed retracing says, equal in each of them."""
    name = f"message: {spell_message_change(*(_TOLD_AS.sub('', reason) for reason in (old, new)))}"
    return MessageNames(name, _name_parts(*map(_generalise_message, (old, new))))


def name_message_end(old: str | None, new: str | None) -> MessageNames:
    """Name that a message went, where there is no new one, or that it came."""
    texts = (None if each is None else _generalise_message(each) for each in (old, new))
    return MessageNames(_name_part(*texts))


def spell_message_change(old: str, new: str) -> str:
    """Say how an error changed, without what differs between programs and tracing paths."""
    carriers = [generalise_error(read_error(reason).carrier) for reason in (old, new)]
    left, right = _generalise(old, new), _generalise(new, old)
    if left == right and carriers[0] != carriers[1]:
        return " → ".join(f"{carrier.removesuffix(': got ')}…" for carrier in carriers)
    prefixes = [match[0] if (match := _PREFIX.match(text)) else "" for text in (left, right)]
    if left[len(prefixes[0]) :] == right[len(prefixes[1]) :] and (change := _find_added_types(*prefixes)):
        return change
    left, right = (_drop_handed_on(text) for text in (left, right))
    return f"{left}, told otherwise" if left == right else f"{left} → {right}"


def _generalise(reason: str, other: str = "") -> str:
    """Generalise an error as it stands by itself; its type may only be told beside another one."""
    return generalise_error(drop_print(read_error(reason).spell(read_error(other).type)))


def _find_added_types(old: str, new: str) -> str:
    """Say which types of errors hand the same one on now, or no longer; empty where that is not all."""
    before, after = (prefix.removesuffix(": ").split(": ") for prefix in (old, new))
    for sign, fewer, more in (("+", before, after), ("-", after, before)):
        if fewer[0] and more[: len(fewer)] == fewer and len(more) > len(fewer):
            return f"{': '.join(fewer)}: {sign} the type of what it hands on"
        if set(fewer) < set(more):
            return f"{sign} {': '.join(part for part in more if part not in fewer)}: …"
    return ""


def _drop_handed_on(text: str) -> str:
    return _HANDED_ON.sub("", text, count=1)


def _spell(outcome: Outcome, reason: str) -> str:
    return f"{outcome.value} {_drop_handed_on(reason)}".strip()
