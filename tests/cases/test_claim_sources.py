"""Claims as case modules write them, read without importing anything."""

from pathlib import Path

import pytest

from graph_goldens.cases.claim_sources import WrittenClaims, read_written_claims
from graph_goldens.cases.claims import Contains, Count, Fact, Lacks

SHARED = 'EXPORT = ("export", "export-strict")\nBOTH = (*EXPORT, "aot-joint")\n'
MODULE = """
import graph_goldens as gg
from graph_goldens import Case, Contains, Lacks as Without, case
from cases.pack.shared import BOTH
from .shared import EXPORT

OPERATORS = "aten.linear -> " + "aten.relu"


@case
def written() -> Case:
    lacks = Without("aten.mm", paths=BOTH)
    more = [lacks, gg.Count("aten.add", -1 + 3)]
    return Case(f, claims=[Contains(OPERATORS, paths=EXPORT), *more] + [gg.Fact("inputs", {"a": [1]})])


@case
def computed() -> Case:
    claims = [Contains("aten.relu")]
    if CONDITION:
        claims = []
    return Case(f, claims=claims)


@case
def partly() -> Case:
    return Case(f, claims=(Contains("aten.relu"), *make(), Contains(read()), Contains(1, 2, 3, 4, 5, 6)))


@case
def none() -> Case:
    return Case(f)
"""


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    pack = tmp_path / "cases" / "pack"
    pack.mkdir(parents=True)
    (pack / "_shared.py").write_text("")
    (pack / "shared.py").write_text(SHARED)
    (pack / "module.py").write_text(MODULE)
    (pack / "broken.py").write_text("def (")
    return tmp_path / "cases"


def test_claims_are_read_with_the_constants_that_they_name(packs: Path) -> None:
    both = ("export", "export-strict", "aot-joint")
    assert read_written_claims(packs)["pack/written"] == WrittenClaims(
        (
            Contains("aten.linear -> aten.relu", paths=("export", "export-strict")),
            Lacks("aten.mm", paths=both),
            Count("aten.add", 2),
            Fact("inputs", {"a": [1]}),
        )
    )


def test_what_is_computed_is_counted_and_the_rest_is_read(packs: Path) -> None:
    found = read_written_claims(packs)
    assert found["pack/computed"] == WrittenClaims((), computed=1)
    assert found["pack/partly"] == WrittenClaims((Contains("aten.relu"),), computed=3)
    assert found["pack/none"] == WrittenClaims(())


def test_the_claims_of_this_repository_s_cases_are_read(packs: Path) -> None:
    found = read_written_claims(Path(__file__).parents[2] / "cases")
    assert sum(len(each.claims) for each in found.values()) > 10
