"""What is a case is read from a module's source alike however the mark is spelt."""

import ast
from pathlib import Path

import pytest

from graph_goldens.cases.case_digests import digest_cases
from graph_goldens.cases.case_marks import find_case_functions, find_repeated
from graph_goldens.cases.discovery import find_cases
from graph_goldens.cases.program_sources import read_program_sources

SPELLINGS = {
    "plain": "from graph_goldens import Case, case\n{mark}",
    "renamed": "from graph_goldens import Case, case as golden\n",
    "attribute": "import graph_goldens\nfrom graph_goldens import Case\n",
    "short": "import graph_goldens as gg\nfrom graph_goldens import Case\n",
    "star": "from graph_goldens import *\nfrom graph_goldens import Case\n",
    "module": "from graph_goldens.cases.case import Case, case\n",
    "dotted": "import graph_goldens.cases.case as c\nfrom graph_goldens import Case\n",
    "given": "from graph_goldens import Case, case\nmark = case\n",
}
MARKS = {
    "plain": "case",
    "renamed": "golden",
    "attribute": "graph_goldens.case",
    "short": "gg.case",
    "star": "case",
    "module": "case",
    "dotted": "c.case",
    "given": "mark",
}
BODY = """
SCALE = 2

def helper(x): return x * SCALE

@{mark}
def one(): return Case(helper)

def no_case(): return Case(helper)
"""


def _write(folder: Path, spelling: str) -> str:
    text = SPELLINGS[spelling].replace("{mark}", "") + BODY.replace("{mark}", MARKS[spelling])
    (folder / "p").mkdir(exist_ok=True)
    (folder / "p" / "some.py").write_text(text)
    return text


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_reader_knows_every_spelling(tmp_path: Path, spelling: str) -> None:
    text = _write(tmp_path, spelling)
    found = find_cases(tmp_path)
    assert (list(found.cases), found.mistakes) == (["p/one"], [])
    before = digest_cases(tmp_path)
    assert before == {"p/one": found.cases["p/one"].source}
    assert "def helper" in read_program_sources(tmp_path, {"p/one"})["p/one"]
    (tmp_path / "p" / "some.py").write_text(text.replace("SCALE = 2", "SCALE = 3"))
    assert digest_cases(tmp_path) != before


def test_the_mark_is_no_effect_of_the_module_whatever_its_spelling(tmp_path: Path) -> None:
    """The text of a case beside another one is no part of the other's digest."""
    for spelling in SPELLINGS:
        _write(tmp_path, spelling)
        other = f"\n@{MARKS[spelling]}\ndef other(): return Case(abs)\n"
        file = tmp_path / "p" / "some.py"
        file.write_text(file.read_text() + other)
        before = digest_cases(tmp_path)
        file.write_text(file.read_text().replace("Case(abs)", "Case(abs, args=(1,))"))
        after = digest_cases(tmp_path)
        assert after["p/one"] == before["p/one"]
        assert after["p/other"] != before["p/other"]


def _names(source: str) -> list[str]:
    return [node.name for node in find_case_functions(ast.parse(source))]


def test_cases_in_blocks_are_cases_and_those_in_functions_are_not() -> None:
    source = (
        "from graph_goldens import case\n"
        "if x:\n    @case\n    def a(): ...\nelse:\n    @case\n    def b(): ...\n"
        "try:\n    @case\n    def c(): ...\nexcept ValueError:\n    @case\n    def d(): ...\n"
        "for i in y:\n    with z:\n        @case\n        def e(): ...\n"
        "def f():\n    @case\n    def g(): ...\n"
    )
    assert _names(source) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    "source",
    [
        "@case\ndef a(): ...",
        "from other import case\n@case\ndef a(): ...",
        "from graph_goldens import case\n@other.case\ndef a(): ...",
        "from graph_goldens import Case\n@Case\ndef a(): ...",
    ],
)
def test_what_only_looks_like_the_mark_is_none(source: str) -> None:
    assert _names(source) == []


def test_a_name_twice_is_found_unless_branches_exclude_each_other() -> None:
    head = "from graph_goldens import case\n"
    twice = "@case\ndef a(): ...\n@case\ndef a(): ...\n"
    branches = "if x:\n    @case\n    def a(): ...\nelse:\n    @case\n    def a(): ...\n"
    assert [node.lineno for node in find_repeated(ast.parse(head + twice))] == [5]
    assert list(find_repeated(ast.parse(head + branches))) == []
