"""A record compared with its golden."""

from collections.abc import Iterator

from graph_goldens.drift.artifact_edits import find_artifact_edits
from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.drift import Drift, Edit
from graph_goldens.drift.edits.consequences import attribute_edits
from graph_goldens.drift.edits.fact_edits import find_fact_edits
from graph_goldens.drift.edits.outcome_edits import find_outcome_edits
from graph_goldens.drift.graph_pairing import pair_graphs
from graph_goldens.drift.symbol_scopes import build_scopes
from graph_goldens.graphs.respelling import spell_as_now
from graph_goldens.records import Record
from graph_goldens.words import join_some


def compare(golden: Record, record: Record) -> Drift | None:
    """Find how a record differs from its golden; None exactly when they are equal apart from `source`.

    Raises:
        ValueError: the two are not of one case and tracing path.
    """
    if golden.key != record.key:
        raise ValueError(
            f"{golden.key} and {record.key} cannot be compared: they are not of one case and path"
        )
    if golden.content == record.content:
        return None
    edits = sorted(
        attribute_edits(list(_find_edits(*_spell_alike(golden, record)))),
        key=lambda edit: edit.kind,
        reverse=True,
    )
    return Drift(golden, record, tuple(edits) or (_build_spelling_edit(golden, record),))


def _spell_alike(golden: Record, record: Record) -> tuple[Record, Record]:
    """Write both in the words of now, where rules of two versions wrote them."""
    if golden.rules == record.rules:
        return golden, record
    return spell_as_now(golden), spell_as_now(record)


def _build_spelling_edit(golden: Record, record: Record) -> Edit:
    """Build the edit for texts that differ and say the same."""
    old, new = ({artifact.name: artifact.text for artifact in each.artifacts} for each in (golden, record))
    if golden.artifacts == record.artifacts:
        words = "the text differs, what it says does not"
        return Edit(DriftClass.SPELLING, "facts", words, pattern="facts spelt otherwise")
    if old == new:
        words = "the same texts stand in another order"
        return Edit(DriftClass.SPELLING, "artifacts", words, pattern="order of artifacts")
    differing = [name for name in new if new[name] != old.get(name)]
    words = f"{join_some(differing)}: the text differs, what it says does not"
    kinds = sorted({name.rpartition(".")[2] for name in differing})
    return Edit(DriftClass.SPELLING, differing[0], words, pattern=f"{', '.join(kinds)} spelt otherwise")


def _find_edits(golden: Record, record: Record) -> Iterator[Edit]:
    ended_alike = golden.outcome is record.outcome
    pairing = pair_graphs(golden, record)
    scopes = build_scopes(golden, record, pairing.names)
    yield from find_outcome_edits(golden, record)
    if ended_alike:
        yield from find_artifact_edits(pairing, scopes)
    yield from find_fact_edits(golden.facts, record.facts, pairing, scopes, ended_alike=ended_alike)
    if golden.rules != record.rules:
        mend = "; `goldens refresh` brings the golden to these" if golden.rules < record.rules else ""
        words = f"normalisation rules of version {golden.rules} → {record.rules}{mend}"
        yield Edit(DriftClass.SPELLING, "rules", words, pattern="rules")
