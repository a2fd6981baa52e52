from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.drift.classes import DriftClass
from graph_goldens.drift.compare import compare
from graph_goldens.errors import ToolError
from graph_goldens.goldens.comparison import compare_versions
from graph_goldens.goldens.format import Golden, GoldenError
from graph_goldens.goldens.history import History, trace_history
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Outcome, Record

SUPPORTED = tuple(map(Version, ["2.4.1", "2.8.0", "2.9.1", "2.10.0+cpu", "2.13.0"]))
KEY = Key("torchbind/none", "export")


def make_golden(number: int, source: str = "", because: str = "") -> Golden:
    artifacts = (Artifact("program.signature", f"input x{number}"),)
    return Golden(Record(*KEY, Outcome.GRAPHS, artifacts=artifacts, source=source), because)


FAILED = Golden(Record(*KEY, Outcome.ERROR, reason="ValueError: no"))


@pytest.fixture
def goldens(tmp_path: Path) -> Goldens:
    return Goldens(tmp_path / "snapshots", SUPPORTED)


def put(goldens: Goldens, first: str, golden: Golden) -> None:
    """Make a version and every later one resolve to a golden."""
    for version in sorted({Version(first), *list_watched_versions(goldens)}):
        if version >= Version(first):
            goldens.update(version, golden)


def traced(goldens: Goldens) -> History:
    return trace_history(goldens, *KEY, list_watched_versions(goldens))


def letters(history: History) -> str:
    return "".join(letter or "·" for letter in history.letters.values())


def test_the_versions_are_the_supported_ones_and_those_with_an_overlay_in_their_order(
    goldens: Goldens,
) -> None:
    for version in ("2.14.0.dev20260901", "2.9.1rc1", "2.3.0"):
        goldens.update(Version(version), make_golden(len(version)))
    assert list(map(str, list_watched_versions(goldens))) == [
        "2.3.0",
        "2.4.1",
        "2.8.0",
        "2.9.1rc1",
        "2.9.1",
        "2.10.0",
        "2.13.0",
        "2.14.0.dev20260901",
    ]


def test_each_distinct_record_has_a_letter_and_one_that_returns_has_its_old_one(goldens: Goldens) -> None:
    for version, number in (("2.8.0", 1), ("2.9.1", 2), ("2.10.0", 1), ("2.13.0", 3)):
        put(goldens, version, make_golden(number))
    history = traced(goldens)
    assert letters(history) == "·ABAC"
    assert {letter: golden.record for letter, golden in history.goldens.items()} == {
        "A": make_golden(1).record,
        "B": make_golden(2).record,
        "C": make_golden(3).record,
    }


def test_a_record_without_graphs_has_a_small_letter(goldens: Goldens) -> None:
    put(goldens, "2.4.1", FAILED)
    put(goldens, "2.9.1", make_golden(1))
    put(goldens, "2.13.0", FAILED)
    assert letters(traced(goldens)) == "aaBBa"


def test_records_that_differ_in_their_source_alone_share_a_letter(goldens: Goldens) -> None:
    put(goldens, "2.4.1", make_golden(1, source="old"))
    put(goldens, "2.9.1", make_golden(1, source="new"))
    history = traced(goldens)
    assert letters(history) == "AAAAA"
    assert history.steps == ()


def test_facts_that_only_python_takes_for_equal_have_letters_of_their_own(goldens: Goldens) -> None:
    for version, value in (("2.4.1", 1), ("2.13.0", True)):
        put(goldens, version, Golden(replace(make_golden(1).record, facts={"number": value})))
    assert letters(traced(goldens)) == "AAAAB"


def test_a_step_says_how_a_record_differs_from_that_of_the_version_before_and_why(goldens: Goldens) -> None:
    put(goldens, "2.4.1", make_golden(1))
    put(goldens, "2.10.0", make_golden(2, because="x is renamed"))
    (step,) = traced(goldens).steps
    assert (str(step.before), str(step.after)) == ("2.9.1", "2.10.0")
    assert step.drift.kind is DriftClass.INTERFACE
    assert step.because == "x is renamed"


def test_after_the_last_letter_of_the_alphabet_come_pairs(tmp_path: Path) -> None:
    versions = [Version(f"2.{minor}.0") for minor in range(30)]
    goldens = Goldens(tmp_path, versions)
    for minor, version in enumerate(versions):
        goldens.update(version, make_golden(minor))
    found = list(trace_history(goldens, *KEY, versions).letters.values())
    assert found[24:29] == ["Y", "Z", "AA", "AB", "AC"]


def test_an_unreadable_golden_is_named(goldens: Goldens) -> None:
    put(goldens, "2.4.1", make_golden(1))
    goldens.locate_own(*KEY, Version("2.4.1")).write_text("<<<<<<< HEAD\n")
    with pytest.raises(GoldenError, match=r"export\.md: "):
        traced(goldens)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from([*SUPPORTED, Version("2.14.0.dev1")]), st.integers(0, 2)), max_size=8)
)
def test_two_versions_share_a_letter_exactly_when_their_records_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, updates: list[tuple[Version, int]]
) -> None:
    goldens = Goldens(tmp_path_factory.mktemp("project"), SUPPORTED)
    for version, number in updates:
        goldens.update(version, make_golden(number))
    history = traced(goldens)
    seen = [
        (history.letters[version], goldens.resolve(*KEY, version))
        for version in list_watched_versions(goldens)
    ]
    for letter, golden in seen:
        assert (letter is None) == (golden is None)
        for other, another in seen:
            if golden and another:
                assert (letter == other) == (compare(golden.record, another.record) is None)
    distinct = list(dict.fromkeys(letter for letter, _ in seen if letter))
    assert distinct == sorted(distinct) == list(history.goldens)
    changed = [letter for letter, _ in seen if letter]
    assert len(history.steps) == sum(a != b for a, b in pairwise(changed))


# --- two versions


def test_two_versions_are_compared_by_what_they_resolve_to(goldens: Goldens) -> None:
    put(goldens, "2.4.1", make_golden(1))
    put(goldens, "2.10.0", make_golden(2, because="renamed"))
    compared = compare_versions(goldens, [KEY], Version("2.9.1"), Version("2.13.0"))
    (difference,) = compared.differing
    assert difference.drift == compare(make_golden(1).record, make_golden(2).record)
    assert difference.overlays == ("torch-2.4.1", "torch-2.10.0")
    assert difference.because == "renamed"


def test_the_comparison_goes_the_way_that_is_asked_for(goldens: Goldens) -> None:
    put(goldens, "2.4.1", make_golden(1))
    put(goldens, "2.10.0", make_golden(2))
    compared = compare_versions(goldens, [KEY], Version("2.13.0"), Version("2.9.1"))
    assert compared.differing[0].drift == compare(make_golden(2).record, make_golden(1).record)


def test_equal_goldens_have_no_drift_and_two_builds_of_a_version_share_theirs(goldens: Goldens) -> None:
    put(goldens, "2.4.1", make_golden(1))
    for versions in (("2.4.1", "2.13.0"), ("2.13.0", "2.13.0"), ("2.13.0+cpu", "2.13.0+cu132")):
        compared = compare_versions(goldens, [KEY], *map(Version, versions))
        assert (compared.differing, compared.absent, len(compared.differences)) == ((), (), 1)


def test_where_a_version_has_nothing_it_is_said_when_the_goldens_begin(goldens: Goldens) -> None:
    put(goldens, "2.9.1", make_golden(1))
    compared = compare_versions(goldens, [KEY], Version("2.13.0"), Version("2.8.0"))
    (absence,) = compared.absent
    assert compared.differences == ()
    assert absence.sentence == (
        "torchbind/none by export has no golden for PyTorch 2.8.0; its goldens begin at 2.9.1"
    )


def test_a_golden_that_cannot_be_opened_is_one_sentence(
    goldens: Goldens, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(goldens, "2.4.1", make_golden(1))

    def refuse(file: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ToolError, match=r"cannot read .*export\.md: Permission denied"):
        compare_versions(goldens, [KEY], Version("2.4.1"), Version("2.13.0"))
