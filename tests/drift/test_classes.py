from itertools import pairwise

import pytest

from graph_goldens.drift.classes import DriftClass, Severity, find_worst

ORDER = [
    "spelling",
    "renamed",
    "reordered",
    "values",
    "operators",
    "interface",
    "capture",
    "behaviour",
    "outcome",
]


def test_the_classes_are_nine_and_each_is_worse_than_the_one_before() -> None:
    assert [kind.value for kind in DriftClass] == ORDER
    assert all(mild < bad and bad > mild and mild <= bad for mild, bad in pairwise(DriftClass))
    assert max(DriftClass) is DriftClass.OUTCOME


@pytest.mark.parametrize("kind", DriftClass)
def test_only_spelling_names_and_order_are_cosmetic(kind: DriftClass) -> None:
    cosmetic = kind.value in ("spelling", "renamed", "reordered")
    assert kind.severity is (Severity.COSMETIC if cosmetic else Severity.SEMANTIC)


def test_the_worst_of_some_classes_is_the_last_in_their_order() -> None:
    assert find_worst([DriftClass.RENAMED, DriftClass.CAPTURE, DriftClass.VALUES]) is DriftClass.CAPTURE
