"""A revision is the same on every machine, and another one where a case was edited."""

from dataclasses import replace

from graph_goldens.environments.worker_messages import ListedCase
from graph_goldens.runs.revision import find_revision

CASES = [ListedCase(f"p/{name}", ("export",), name, f"p/{name}.py", 3) for name in "ab"]


def test_neither_order_nor_place_make_another_revision() -> None:
    moved = [replace(case, line=9) for case in reversed(CASES)]
    assert find_revision(moved) == find_revision(CASES)


def test_an_edited_a_new_and_a_lost_case_make_another_revision_of_the_cases() -> None:
    others = (
        [replace(CASES[0], source="edited"), CASES[1]],
        [*CASES, replace(CASES[0], case="p/c")],
        CASES[:1],
        [replace(CASES[0], paths=("export", "make-fx-real")), CASES[1]],
    )
    found = {find_revision(cases).cases for cases in (CASES, *others)}
    assert len(found) == 1 + len(others)
    assert len({find_revision(cases).tool for cases in (CASES, *others)}) == 1
