import re
from itertools import pairwise
from pathlib import Path

import pytest

from graph_goldens.drift.classes import CLASS_ROWS, DriftClass, Severity, find_worst

ORDER = [
    "spelling",
    "renamed",
    "reordered",
    "wording",
    "provenance",
    "guards",
    "values",
    "operators",
    "interface",
    "capture",
    "behaviour",
    "outcome",
]


def test_each_class_is_worse_than_the_one_before() -> None:
    assert [kind.value for kind in DriftClass] == ORDER
    assert all(mild < bad and bad > mild and mild <= bad for mild, bad in pairwise(DriftClass))
    assert max(DriftClass) is DriftClass.OUTCOME


@pytest.mark.parametrize("kind", DriftClass)
def test_only_spelling_names_order_wording_and_origin_are_cosmetic(kind: DriftClass) -> None:
    cosmetic = kind.value in ("spelling", "renamed", "reordered", "wording", "provenance")
    assert kind.severity is (Severity.COSMETIC if cosmetic else Severity.SEMANTIC)


def test_the_worst_of_some_classes_is_the_last_in_their_order() -> None:
    assert find_worst([DriftClass.RENAMED, DriftClass.CAPTURE, DriftClass.VALUES]) is DriftClass.CAPTURE


def test_every_class_has_a_row_and_a_code_of_its_own() -> None:
    assert list(CLASS_ROWS) == list(DriftClass)
    assert len({row.code for row in CLASS_ROWS.values()}) == len(DriftClass)


def test_the_readme_tells_every_class_as_its_row_does() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?)(?:; finer: .*)? \|$", text, re.MULTILINE)
    assert told == [(kind.value, row.severity.value, row.meaning) for kind, row in CLASS_ROWS.items()]
