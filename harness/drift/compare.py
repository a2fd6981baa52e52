"""Hold a record against its golden."""

from collections.abc import Iterator

from harness.drift.classes import DriftClass
from harness.drift.drift import Drift, Edit
from harness.drift.facts import fact_edits
from harness.drift.texts import KINDS, TextPair, graph_edits, split_name
from harness.records import Outcome, Record


def compare(golden: Record, record: Record) -> Drift | None:
    """Give how a record differs from its golden; None exactly when they are equal apart from `source`.

    Raises:
        ValueError: the two are not of one case and tracing path.
    """
    if golden.key != record.key:
        raise ValueError(
            f"{golden.key} and {record.key} cannot be compared: they are not of one case and path"
        )
    edits = tuple(sorted(_edits(golden, record), key=lambda edit: edit.kind, reverse=True))
    return Drift(golden, record, edits) if edits else None


def _edits(golden: Record, record: Record) -> Iterator[Edit]:
    yield from _outcome_edits(golden, record)
    yield from fact_edits(golden.facts, record.facts)
    if golden.outcome is record.outcome:
        yield from _artifact_edits(golden, record)
    if golden.rules != record.rules:
        sentence = f"normalisation rules of version {golden.rules} → {record.rules}"
        yield Edit(DriftClass.SPELLING, "rules", sentence)


def _outcome_edits(golden: Record, record: Record) -> Iterator[Edit]:
    if golden.outcome is not record.outcome:
        yield Edit(DriftClass.OUTCOME, "outcome", f"{_outcome_words(golden)} → {_outcome_words(record)}")
    elif golden.reason != record.reason:
        name = record.outcome.value
        yield Edit(DriftClass.OUTCOME, "outcome", f"{name}: {golden.reason} → {record.reason}")


def _outcome_words(record: Record) -> str:
    if record.outcome is Outcome.GRAPHS:
        return f"graphs ({', '.join(_graphs(record)) or 'none'})"
    return f"{record.outcome.value}: {record.reason}" if record.reason else record.outcome.value


def _artifact_edits(golden: Record, record: Record) -> Iterator[Edit]:
    if golden.artifacts == record.artifacts:
        return
    before = _graphs(golden)
    after = _graphs(record)
    yield from (Edit(DriftClass.CAPTURE, name, f"- graph {name}") for name in before if name not in after)
    yield from (Edit(DriftClass.CAPTURE, name, f"+ graph {name}") for name in after if name not in before)
    shared = [name for name in before if name in after]
    reordered = [name for name in after if name in before]
    if shared != reordered:
        yield Edit(DriftClass.CAPTURE, "graphs", f"order {', '.join(shared)} → {', '.join(reordered)}")
    edits = [edit for name in shared for edit in _shared_graph_edits(name, golden, record)]
    yield from edits
    if before == after and not edits:
        yield Edit(DriftClass.SPELLING, "artifacts", "the same texts stand in another order")


def _shared_graph_edits(graph: str, golden: Record, record: Record) -> Iterator[Edit]:
    old = {a.name: a.text for a in golden.artifacts if split_name(a.name)[0] == graph}
    new = {a.name: a.text for a in record.artifacts if split_name(a.name)[0] == graph}
    for name in [*old, *(name for name in new if name not in old)]:
        if (name in old) != (name in new):
            kind = KINDS.get(split_name(name)[1], DriftClass.OPERATORS)
            yield Edit(kind, name, f"{'-' if name in old else '+'} {name}")
    yield from graph_edits(TextPair(name, old[name], new[name]) for name in old if name in new)


def _graphs(record: Record) -> list[str]:
    return list(dict.fromkeys(split_name(artifact.name)[0] for artifact in record.artifacts))
