"""Packs of several folders are one package for every command: listed, captured, reused, pruned, examined."""

from pathlib import Path

import pytest

from tests.end_to_end.example import Example, make_alone

HELPER = "def doubled(x):\n    return x + x\n"
CASE = """
import torch

from cases.shared.helper import doubled
from graph_goldens import Case, case


@case
def one() -> Case:
    return Case(doubled, args=(torch.ones(2),), paths=("symbolic-trace",))
"""
HERE, THERE = "cases/p/one.py", "services/search/cases/q/one.py"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Example:
    settings = 'cases = ["cases", "services/search/cases"]\n'
    example = make_alone(tmp_path_factory.mktemp("project"), {"p/one.py": CASE}, settings)
    example.write({THERE: CASE, "services/search/cases/shared/helper.py": HELPER})
    example.run("update", code=0)
    return example.keep()


@pytest.fixture
def example(original: Example) -> Example:
    return original.restored()


def test_all_are_captured_listed_and_examined(example: Example) -> None:
    assert {str(Path(name).parent) for name in example.goldens()} == {
        "snapshots/torch-2.13.0/p/one",
        "snapshots/torch-2.13.0/q/one",
    }
    listed = example.run("list", "--json", code=0).json
    assert [each["file"] for each in listed] == [HERE, THERE]
    assert "✓ cases: 2 can be imported and built" in example.run("doctor").output


def test_what_is_unchanged_is_reused_and_an_edit_anywhere_is_noticed(example: Example) -> None:
    assert "2 of them captured before" in example.run("check", code=0).output
    example.write({THERE: CASE.replace("doubled,", "lambda x: doubled(x) * 3,")})
    ended = example.run("check", "--explain", code=1)
    assert f"captured: 1 record: the case's source, or what it imports, changed: {THERE}" in ended.errors
    assert "operators" in ended.output
    example.write({THERE: CASE, "services/search/cases/shared/helper.py": HELPER.replace("+", "*")})
    assert "✗ 2 drifted" in example.run("check", code=1).output


def test_a_pack_that_moves_to_the_other_folder_keeps_its_goldens(example: Example) -> None:
    (example.root / THERE).unlink()
    example.write({"cases/q/one.py": CASE})
    assert "✓ 2 the same as their goldens" in example.run("check", code=0).output


def test_goldens_of_a_case_that_is_gone_are_pruned_and_no_others(example: Example) -> None:
    (example.root / THERE).unlink()
    assert "snapshots/torch-2.13.0/q/one/symbolic-trace.md" in example.run("check", code=4).output
    example.run("prune", "--yes", code=0)
    assert [*example.goldens()] == ["snapshots/torch-2.13.0/p/one/symbolic-trace.md"]
