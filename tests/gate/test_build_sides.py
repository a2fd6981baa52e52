"""Two sides are called by what keeps them apart, and packs that one of them cannot install are told."""

from dataclasses import replace

import pytest

from graph_goldens.errors import UserError
from graph_goldens.gate.build_sides import LostPacks, name_sides
from graph_goldens.gate.compare_builds import BuildComparison, compare_sides
from graph_goldens.gate.unmet_packs import UNMET
from graph_goldens.records import Artifact, Capture, Outcome, Record
from graph_goldens.runs.exit_codes import ExitCode
from graph_goldens.runs.run import PackEnvironment, Run
from tests.gate.test_compare_builds import OLD, Silent

WHY = "Because there is no version of tiny==9 and you require tiny==9"
RECORD = Record("tiny/a", "export", Outcome.GRAPHS, artifacts=(Artifact("program.code", "one"),))
BESIDE = replace(RECORD, case="plain/b")
UNMET_RECORD = replace(RECORD, outcome=Outcome.UNAVAILABLE, reason=UNMET, artifacts=())


def run_of(pack: PackEnvironment, *records: Record) -> Run:
    return Run(OLD, {record.key: Capture(record) for record in records}, packs=(pack,))


def met(version: str, *records: Record) -> Run:
    requirement = f"tiny=={version}"
    return run_of(PackEnvironment(("tiny",), requires=(requirement,), packages=(requirement,)), *records)


def unmet(*records: Record) -> Run:
    return run_of(PackEnvironment(("tiny",), requires=("tiny==9",), unmet=WHY), *records)


def compare(before: Run, after: Run) -> BuildComparison:
    return compare_sides(before, after, Silent())


def test_versions_of_a_package_are_named_also_where_one_cannot_be_installed() -> None:
    assert name_sides(met("1"), met("2")) == ("tiny==1", "tiny==2")
    assert name_sides(met("1"), unmet()) == ("tiny==1", "tiny==9")
    assert name_sides(unmet(), met("1")) == ("tiny==9", "tiny==1")
    assert name_sides(met("1"), met("1")) == ("2.13.0+cpu (first)", "2.13.0+cpu (second)")


def test_packs_that_one_side_cannot_install_are_one_sentence_and_no_records() -> None:
    others = [replace(UNMET_RECORD, path=path) for path in ("export", "aot-joint", "compile-eager")]
    sentence = (
        f"nothing is known under tiny==9, as tiny==9 cannot be installed beside PyTorch 2.13.0+cpu: {WHY}"
    )
    for found in (
        compare(met("1", RECORD, BESIDE), unmet(*others, BESIDE)),
        compare(unmet(*others, BESIDE), met("1", RECORD, BESIDE)),
    ):
        assert found.lost == (LostPacks(("tiny",), sentence),)
        assert [verdict.record.key for verdict in found.verdicts] == [BESIDE.key]
        assert found.gone == ()
        assert found.find_exit_code() is ExitCode.MISSING_OR_UNUSED


def test_packs_that_neither_side_can_install_are_the_same() -> None:
    found = compare(unmet(UNMET_RECORD, BESIDE), unmet(UNMET_RECORD, BESIDE))
    assert (found.lost, found.find_exit_code()) == ((), ExitCode.SAME)


@pytest.mark.parametrize("turned", [False, True])
def test_a_side_of_which_nothing_can_be_installed_is_refused_in_one_sentence(turned: bool) -> None:
    sides = (met("1", RECORD), unmet(UNMET_RECORD))
    with pytest.raises(UserError) as refused:
        compare(*(reversed(sides) if turned else sides))
    assert str(refused.value) == f"tiny==9 cannot be installed beside PyTorch 2.13.0+cpu: {WHY}"
