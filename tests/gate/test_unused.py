"""Goldens are unused only where no supported PyTorch can list their case."""

from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.gate.unused import find_unused
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.records import Outcome, Record

OLD, NEW = Version("2.13.0"), Version("2.14.1")
HEAD = "import torch\nfrom graph_goldens import Case, case\n"
CONDITIONAL = (
    HEAD + "if torch.__version__ >= '2.14':\n    @case\n    def added():\n        return Case(abs)\n"
)


@pytest.fixture
def goldens(tmp_path: Path) -> Goldens:
    made = Goldens(tmp_path / "snapshots", (OLD, NEW))
    for name in ("added", "gone"):
        made.update(NEW, Golden(Record(f"pack/{name}", "export", Outcome.ERROR, "no")))
    return made


@pytest.fixture
def module(tmp_path: Path) -> Path:
    file = tmp_path / "cases" / "pack" / "module.py"
    file.parent.mkdir(parents=True)
    file.write_text(CONDITIONAL)
    return file


def unused(goldens: Goldens, module: Path, asked: list[Version], *listed: Key) -> list[str]:
    found = find_unused(goldens, listed, asked, module.parents[1])
    return [entry.case for entry in found]


def test_a_case_that_another_version_defines_keeps_its_goldens(goldens: Goldens, module: Path) -> None:
    assert unused(goldens, module, [OLD]) == ["pack/gone"]


def test_where_all_versions_were_asked_what_none_lists_is_unused(goldens: Goldens, module: Path) -> None:
    assert unused(goldens, module, [OLD, NEW]) == ["pack/added", "pack/gone"]
    assert unused(goldens, module, [OLD, NEW], Key("pack/added", "export")) == ["pack/gone"]


def test_a_build_of_a_version_is_that_version(goldens: Goldens, module: Path) -> None:
    assert unused(goldens, module, [Version("2.13.0+cpu"), Version("2.14.1+cu132")]) == [
        "pack/added",
        "pack/gone",
    ]


def test_a_module_that_cannot_be_read_may_hold_any_case_of_its_pack(goldens: Goldens, module: Path) -> None:
    module.write_text(CONDITIONAL + "def broken(:\n")
    assert unused(goldens, module, [OLD]) == []
