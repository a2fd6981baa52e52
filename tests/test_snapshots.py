"""The goldens of this repository hold nothing volatile, and each is where and what it should be."""

import re
from pathlib import Path

import pytest

from graph_goldens.gate.places import open_goldens
from graph_goldens.gate.project import find_project

REPOSITORY = Path(__file__).parents[1]

VOLATILE = {
    "an address": re.compile(r"\b0x[0-9a-fA-F]{4,}"),
    "an absolute path": re.compile(r"(?<![\w.<>])/(?:home|root|tmp|usr|opt|work|var|mnt|Users)/"),
    "a file's line number": re.compile(r"\.(?:py|cpp|h):\d+|\bline \d+\b"),
    "a counter of the process": re.compile(
        r"<eval_with_key>\.\d|__builtins_dict___\d|__resume_at_\d|\[\d+/\d+\]"
    ),
    "a fault of how workers fork": re.compile(r"fork-based multiprocessing"),
    "a date": re.compile(r"\b20\d\d-\d\d-\d\d\b"),
    "an identity": re.compile(r"\bid=\d{6,}|_\d{8,}"),
    "a release of a value": re.compile(r";  (?:\w+ = )+None"),
    "how a build's compiler is called": re.compile(r"function_record_v\d"),
    "a frame of C++": re.compile(r"Exception raised from|frame #\d"),
    "a hashed symbol": re.compile(r"(?<![\w.])s(?:[2-9]\d|\d{3,})(?!\w)"),
}


def _goldens() -> list[Path]:
    return sorted((REPOSITORY / "snapshots").rglob("*.md"))


def _read(file: Path, what: str) -> str:
    """Read a golden; of releases its artifacts alone, as an error may quote a program that holds some."""
    text = file.read_text(encoding="utf-8")
    return text.partition("\n## ")[2] if what == "a release of a value" else text


def test_there_are_goldens_to_look_at() -> None:
    assert len(_goldens()) >= 900


@pytest.mark.parametrize("what", VOLATILE)
def test_no_golden_holds(what: str) -> None:
    found = {
        str(file.relative_to(REPOSITORY)): match[0]
        for file in _goldens()
        if (match := VOLATILE[what].search(_read(file, what)))
    }
    assert found == {}


def test_every_golden_reads_back_and_lies_where_it_belongs() -> None:
    listing = open_goldens(find_project(REPOSITORY)).read_all()
    assert [unreadable.problem for unreadable in listing.unreadable] == []
    assert len(listing.goldens) == len(_goldens())


def test_no_golden_repeats_what_it_would_fall_back_to() -> None:
    assert open_goldens(find_project(REPOSITORY)).find_repeats() == ()


def test_no_golden_names_a_module_of_the_harness() -> None:
    named = re.compile(r"\bharness\.|\bgraph_goldens\b")
    found = [
        str(file.relative_to(REPOSITORY))
        for file in _goldens()
        if named.search(file.read_text(encoding="utf-8"))
    ]
    assert found == []
