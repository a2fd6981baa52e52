"""The source of a case is what a person wrote, found without importing it."""

from pathlib import Path

import pytest

from graph_goldens.cases.program_sources import read_program_sources

MODULE = '''"""A pack."""

import torch

import graph_goldens
import no_such_module
from graph_goldens import Case, case

SIZE = (2, 3)
OTHER = 4


class Adds(torch.nn.Module):
    """Adds."""

    def forward(self, x):
        return helped(x)  # as it stands


def helped(x):
    return x + x


def unused():
    return helped(1)


@case
def adds() -> Case:
    """A sum."""
    return Case(Adds(), args=(torch.ones(SIZE),))


@graph_goldens.case
def other() -> Case:
    return Case(None)


def adds_not() -> Case:
    return Case(None)
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "sums.py").write_text(MODULE)
    (tmp_path / "shapes" / "broken.py").write_text("def (:\n")
    (tmp_path / "shapes" / "latin.py").write_bytes(b"x = '\xe9'\n")
    return tmp_path


def test_a_case_is_shown_with_what_it_uses_of_its_module(folder: Path) -> None:
    sources = read_program_sources(folder, ["shapes/adds"])
    assert list(sources) == ["shapes/adds"]
    text = sources["shapes/adds"]
    assert text.startswith("SIZE = (2, 3)\n\n\nclass Adds(torch.nn.Module):\n")
    assert "return helped(x)  # as it stands\n" in text
    assert "def helped(x):\n    return x + x\n" in text
    assert text.endswith(
        '@case\ndef adds() -> Case:\n    """A sum."""\n    return Case(Adds(), args=(torch.ones(SIZE),))'
    )
    assert "unused" not in text
    assert "OTHER" not in text


def test_only_cases_that_are_wanted_and_there_are_given(folder: Path) -> None:
    assert set(read_program_sources(folder, ["shapes/other", "shapes/adds_not", "gone/x"])) == {
        "shapes/other"
    }
    assert read_program_sources(folder, []) == {}


def test_the_repositorys_own_cases_have_sources() -> None:
    sources = read_program_sources(Path(__file__).parents[2] / "cases", {"torchbind/attribute"})
    assert "class CallsMethod" in sources["torchbind/attribute"]
