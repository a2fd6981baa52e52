"""Every pair of goldens of two versions has the class that its reader gave it, in both directions."""

import pytest

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.compare import compare
from tests.drift.labelled.versions import STEPS, resolve

PAIRS = [(kind, *step) for kind, steps in STEPS.items() for step in steps]


def test_there_are_pairs_of_every_class_that_versions_brought() -> None:
    assert len({pair[1:] for pair in PAIRS}) == len(PAIRS) >= 60
    assert set(DriftClass) - set(STEPS) == {DriftClass.REORDERED}


@pytest.mark.parametrize(
    ("kind", "case", "path", "old", "new"), PAIRS, ids=lambda each: getattr(each, "value", each)
)
def test_what_a_version_changed_has_the_class_that_was_read(
    kind: DriftClass, case: str, path: str, old: str, new: str
) -> None:
    golden, record = resolve(case, path, old), resolve(case, path, new)
    forth, back = compare(golden, record), compare(record, golden)
    assert forth is not None
    assert back is not None
    assert (forth.kind, back.kind) == (kind, kind), [edit.sentence for edit in forth.edits]
