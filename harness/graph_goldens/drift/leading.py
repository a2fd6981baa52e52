"""Which change leads each drift of a run: what says most of it, and what most drifts have."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Change, Drift, digest_change
from graph_goldens.drift.edits.outcome_patterns import tells_message
from graph_goldens.keys import Key

_MOST, _USUAL, _LEAST = range(3)

# Kinds of edits beside which another change of the same drift says more: counts of what a case observed, and
# what was recorded of where nodes come from. Dynamo adds and drops guards in every release.
_SLIGHT_CLASSES = frozenset(("guards", "provenance", "wording"))


def choose_leads(drifts: Sequence[Drift]) -> Iterator[str]:
    """Choose for each drift of a run the fingerprint of the change that leads it.

    Of its changes the one leads that says most of it, and of those the one that most drifts have. Where that
    one may be a form of another, and a drift of the same case shows that one alone, it leads here too: an
    error went and another came, or an operator's change shows otherwise by another tracing path. Of errors
    also a drift of another case by the same tracing path tells.
    """
    shared = Counter(change.name for drift in drifts for change in drift.undecided_changes)
    alone = _list_alone(drifts)
    for drift in drifts:
        lead = min(
            drift.undecided_changes, key=lambda each: (find_weight(each), -shared[each.name], each.name)
        )
        part = _find_part(lead, drift.key, alone)
        yield digest_change(part) if part else lead.fingerprint


def _list_alone(drifts: Sequence[Drift]) -> Mapping[str, Sequence[Key]]:
    """List where each change shows alone that is a part of others."""
    parts = {part for drift in drifts for change in drift.undecided_changes for part in change.parts}
    found: dict[str, list[Key]] = {}
    for drift in drifts:
        for change in drift.undecided_changes:
            if change.name in parts:
                found.setdefault(change.name, []).append(drift.key)
    return found


def _find_part(change: Change, own: Key, alone: Mapping[str, Sequence[Key]]) -> str:
    """Find the part of a change that others show alone, near the record that has it; empty where none do.

    A message that says nothing but its type tells too little to be the same in another case.
    """
    near = {
        part: (any(key.case == own.case for key in keys), any(key.path == own.path for key in keys))
        for part in change.parts
        if (keys := alone.get(part))
    }
    found = [part for part, (case, path) in near.items() if case or (path and tells_message(part))]
    return min(found, key=lambda part: (not near[part][0], -len(alone[part]), part), default="")


def find_weight(change: Change) -> int:
    """Rank a change among those of its drift; 0 says most.

    That results differ from eager's, that a graph came or went, and how a capture ended are never told as
    something that came along with another operator.
    """
    if any(_is_grave(edit.kind, edit.where) for edit in change.own):
        return _MOST
    slight = all(_is_slight(edit.kind, edit.where) for edit in change.own)
    return _LEAST if slight else _USUAL


def _is_grave(kind: DriftClass, where: str) -> bool:
    fact = where.removeprefix("facts.")
    return kind in (DriftClass.OUTCOME, DriftClass.CAPTURE) or fact.endswith("same_as_eager")


def _is_slight(kind: DriftClass, where: str) -> bool:
    return (
        kind.value in _SLIGHT_CLASSES
        or where.endswith(".guards")
        or (kind is DriftClass.BEHAVIOUR and where.startswith("facts."))
    )
