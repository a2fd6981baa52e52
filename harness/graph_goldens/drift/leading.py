"""How much a change says of a drift: what may lead a cluster, and what rather goes along."""

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Change

_MOST, _USUAL, _LEAST = range(3)

# Kinds of edits beside which another change of the same drift says more: counts of what a case observed, and
# what was recorded of where nodes come from. Dynamo adds and drops guards in every release.
_SLIGHT_CLASSES = frozenset(("guards", "provenance", "wording"))


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
