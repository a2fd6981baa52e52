from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.drift.classes import Severity
from graph_goldens.errors import UserError
from graph_goldens.gate.golden_lookup import find_differences, find_histories
from graph_goldens.gate.meant_versions import read_meant_version
from graph_goldens.gate.policy_rules import NO_POLICY
from graph_goldens.gate.policy_settings import read_policy
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Outcome, Record

VERSIONS = Version("2.8.0"), Version("2.9.1")
SUPPORTED = tuple(map(Version, ["2.8.0", "2.9.1", "2.10.0"]))


@pytest.fixture
def goldens(tmp_path: Path) -> Goldens:
    """Goldens of two cases; `late` begins at 2.9.1 and `export` changes there."""
    goldens = Goldens(tmp_path / "snapshots", SUPPORTED)
    for case in ("torchbind/none", "other/input"):
        for version, path, number in (
            ("2.8.0", "export", 1),
            ("2.8.0", "symbolic-trace", 1),
            ("2.9.1", "late", 1),
            ("2.10.0", "export", 2),
            ("2.9.1", "export", 2),
        ):
            record = Record(case, path, Outcome.GRAPHS, facts={"number": number})
            goldens.update(Version(version), Golden(record))
    return goldens


def test_a_case_has_a_history_for_each_path_through_all_versions(goldens: Goldens) -> None:
    histories = find_histories(goldens, "none", (), NO_POLICY)
    assert [(history.case, history.path) for history in histories] == [
        ("torchbind/none", "export"),
        ("torchbind/none", "late"),
        ("torchbind/none", "symbolic-trace"),
    ]
    assert [list(history.letters.values()) for history in histories] == [
        ["A", "B", "B"],
        [None, "A", "A"],
        ["A", "A", "A"],
    ]


def test_a_selector_may_mean_several_cases_and_paths_may_be_chosen(goldens: Goldens) -> None:
    histories = find_histories(goldens, "*", ("ex*",), NO_POLICY)
    assert [history.case for history in histories] == ["other/input", "torchbind/none"]


def test_what_matches_nothing_is_refused(goldens: Goldens, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'nome' matches no case; did you mean torchbind/none"):
        find_histories(goldens, "nome", (), NO_POLICY)
    with pytest.raises(UserError, match="'expert' matches no tracing path"):
        find_histories(goldens, "none", ("expert",), NO_POLICY)
    with pytest.raises(UserError, match="there are no goldens in"):
        find_histories(Goldens(tmp_path / "empty", SUPPORTED), "none", (), NO_POLICY)


def test_two_numbers_mean_the_newest_release_that_is_known(goldens: Goldens) -> None:
    assert read_meant_version("2.9", goldens) == Version("2.9.1")
    assert read_meant_version("2.9.0", goldens) == Version("2.9.0")
    assert read_meant_version("2.10", goldens) == Version("2.10.0")
    assert read_meant_version("2.10.0rc1", goldens) == Version("2.10.0rc1")
    assert read_meant_version("2.30", goldens) == Version("2.30")
    with pytest.raises(UserError, match="'x' is not a PyTorch version"):
        read_meant_version("x", goldens)


def test_without_a_path_all_that_differ_are_found_and_all_others_known(goldens: Goldens) -> None:
    compared = find_differences(goldens, "none", (), VERSIONS, NO_POLICY)
    assert [each.path for each in compared.differing] == ["export"]
    assert [each.path for each in compared.differences if not each.drift] == ["symbolic-trace"]
    assert [each.path for each in compared.absent] == ["late"]


def test_where_nothing_can_be_compared_it_is_said_when_the_goldens_begin(goldens: Goldens) -> None:
    begins = r"torchbind/none by late has no golden for PyTorch 2\.8\.0; its goldens begin at 2\.9\.1$"
    with pytest.raises(UserError, match=begins):
        find_differences(goldens, "none", ("late",), VERSIONS, NO_POLICY)
    with pytest.raises(UserError, match=r"begin at 2\.9\.1; and 1 more like it$"):
        find_differences(goldens, "*", ("late",), VERSIONS[::-1], NO_POLICY)


def test_drifts_through_versions_are_judged_as_the_project_says(goldens: Goldens) -> None:
    rule = {"cases": ["*"], "severity": "cosmetic", "because": "we look at nothing"}
    policy = read_policy({"severity": {"all": rule}})
    (history,) = find_histories(goldens, "none", ("export",), policy)
    compared = find_differences(goldens, "none", (), VERSIONS, policy)
    judged = [step.drift for step in history.steps]
    judged += [each.drift for each in compared.differing if each.drift]
    assert [drift.severity for drift in judged] == [Severity.COSMETIC] * 2
    plain = find_differences(goldens, "none", (), VERSIONS, NO_POLICY)
    assert [each.drift.severity for each in plain.differing if each.drift] == [Severity.SEMANTIC]
