"""Packs that are for some PyTorch versions alone: left out beside others, and said to be."""

import pytest

from tests.end_to_end.example import Example, make_alone

CASE = """
from graph_goldens import Case, case

@case
def {name}() -> Case:
    return Case(lambda x: x + 1, args=(1,), paths=("symbolic-trace",))
"""
FILES = {"plain/sums.py": CASE.format(name="plain_sum"), "newer/sums.py": CASE.format(name="newer_sum")}
SETTINGS = '[tool.goldens.packs.newer]\ntorch = "{meant}"\n'


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    root = tmp_path_factory.mktemp("project")
    return make_alone(root, FILES, SETTINGS.format(meant=">=2.14"))


def test_a_pack_that_is_not_for_this_pytorch_is_left_out_and_told(example: Example) -> None:
    ended = example.run("update", code=0)
    assert "left out, since they are not for PyTorch 2.13.0+cpu: newer (>=2.14)" in ended.errors
    assert [name for name in example.goldens() if "newer" in name] == []
    checked = example.run("check", code=0)
    assert "✓ 1 the same as their goldens" in checked.output
    assert [row["case"] for row in example.run("list", "--json", code=0).json] == ["plain/plain_sum"]


def test_a_selection_of_such_a_pack_alone_is_refused_with_what_it_is_for(example: Example) -> None:
    for selected in ("newer", "newer/newer_sum", "newer_*"):
        ended = example.run("check", selected, code=2)
        assert "newer is for PyTorch >=2.14, and this is 2.13.0+cpu; choose another" in ended.last_error
    assert "newer is for PyTorch >=2.14" in example.run("check", "newer", "--torch", "all", code=2).last_error


def test_versions_that_nothing_selected_is_for_are_left_out_of_all(example: Example) -> None:
    example.write({"cases/newer/pack.toml": 'torch = ">=2.13"\n', "pyproject.toml": "[tool.goldens]\n"})
    example.write({"pyproject.toml": '[tool.goldens]\nsupported = ["2.12.1", "2.13.0"]\n'})
    ended = example.run("update", "newer", "--torch", "all", code=0)
    assert "left out: newer is for PyTorch >=2.13, and this is 2.12.1" in ended.errors
    assert [name for name in example.goldens() if "newer" in name] != []


def test_what_is_no_specifier_is_told(example: Example) -> None:
    example.write({"cases/newer/pack.toml": 'torch = "new"\n'})
    assert "`torch` in " in example.run("check", code=2).last_error
