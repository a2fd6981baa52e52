"""How a capture ended, in words that are equal for one upstream change in every tracing path."""

import re

from graph_goldens.drift.text.wording import generalise_error
from graph_goldens.records import Outcome, Record

# What Dynamo and its backends put before an error that they hand on: torch/_dynamo/exc.py,
# InternalTorchDynamoError and BackendCompilerFailed.
_BACKEND = r"backend='…' raised: "
_HANDED_ON = re.compile(rf"(?:InternalTorchDynamoError: |BackendCompilerFailed: {_BACKEND})+(?=\w+: |\w+$)")
_PREFIX = re.compile(rf"(?:\w+: (?:{_BACKEND})?)*")


def spell_outcome_pattern(golden: Record, record: Record) -> str:
    """Say how the end of a capture changed, without what differs between programs and tracing paths.

    Who handed an error on is left out where the error itself came, went or changed; where only somebody
    more or less handed it on, that is all that is said. Another type of error is another error.
    """
    old, new = (generalise_error(each.reason) for each in (golden, record))
    if golden.outcome is record.outcome and old and new:
        prefixes = [_PREFIX.match(text) for text in (old, new)]
        heads = [match[0] if match else "" for match in prefixes]
        if _adds_types(*heads) and old[len(heads[0]) :] == new[len(heads[1]) :]:
            return f"{golden.outcome.value} {heads[0]}… → {heads[1]}…"
    return f"{_spell(golden.outcome, old)} → {_spell(record.outcome, new)}"


def _adds_types(old: str, new: str) -> bool:
    """Whether one list of types of errors has those of the other, and more: the same error is handed on."""
    shorter, longer = sorted((set(old.split(": ")), set(new.split(": "))), key=len)
    return shorter < longer


def _spell(outcome: Outcome, reason: str) -> str:
    return f"{outcome.value} {_HANDED_ON.sub('', reason, count=1)}".strip()
