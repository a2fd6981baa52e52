"""What differs between how two captures ended."""

from collections.abc import Iterator

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Edit
from graph_goldens.drift.edits.error_wording import ERROR_FACT, is_other_wording
from graph_goldens.drift.edits.fact_changes import find_fact_changes
from graph_goldens.drift.edits.outcome_patterns import MessageNames, name_end_change, spell_outcome_pattern
from graph_goldens.drift.text.wording import contrast
from graph_goldens.records import Json, Outcome, Record
from graph_goldens.words import join_some


def find_outcome_edits(golden: Record, record: Record) -> Iterator[Edit]:
    """Find the edit where the outcome or its reason differs, or what kind of error it was."""
    if (golden.outcome, golden.reason) == (record.outcome, record.reason):
        yield from _find_error_edits(golden.facts.get(ERROR_FACT), record.facts.get(ERROR_FACT))
        return
    pattern = spell_outcome_pattern(golden, record)
    old, new = contrast(golden.reason, record.reason)
    told_once = golden.outcome is record.outcome and old and new
    sentence = f"{_spell_outcome(golden, old)} → {new if told_once else _spell_outcome(record, new)}"
    kind = _judge(golden, record)
    names = name_end_change(golden, record) if kind is DriftClass.OUTCOME else MessageNames()
    yield Edit(kind, "outcome", sentence, pattern=pattern, name=names.name, parts=names.parts)


def _find_error_edits(old: Json, new: Json) -> Iterator[Edit]:
    """Find what differs of an error that says the same: code may tell its type, and nobody Dynamo's kind."""
    if isinstance(old, dict) and isinstance(new, dict) and old != new:
        kind = DriftClass.WORDING if old.get("type") == new.get("type") else DriftClass.OUTCOME
        yield from find_fact_changes(kind, f"facts.{ERROR_FACT}", ERROR_FACT, old, new)


def _judge(golden: Record, record: Record) -> DriftClass:
    failed = golden.outcome is record.outcome is Outcome.ERROR
    return DriftClass.WORDING if failed and is_other_wording(golden, record) else DriftClass.OUTCOME


def _spell_outcome(record: Record, reason: str) -> str:
    if record.outcome is Outcome.GRAPHS:
        return f"graphs ({join_some(list_graph_names(record)) or 'none'})"
    return f"{record.outcome.value}: {reason}" if reason else record.outcome.value


def list_graph_names(record: Record) -> list[str]:
    """List the names of the graphs that a record has artifacts of, bodies included, in order."""
    return list(dict.fromkeys(artifact.name.rpartition(".")[0] for artifact in record.artifacts))
