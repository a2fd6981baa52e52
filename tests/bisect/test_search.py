"""The first version that changed is found in any history, by no more captures than need be."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.bisect.bisection import Bisection, Outlook, Probed, Untestable
from graph_goldens.bisect.search import demand_change, find_in_goldens, search
from graph_goldens.errors import ToolError, UserError
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Outcome, Record

KEY = ("torchbind/attribute", "export")
SKIPPED = "!"


def record_of(letter: str) -> Record:
    return Record(*KEY, Outcome.GRAPHS, facts={"letter": letter})


def versions_of(count: int) -> list[Version]:
    return [Version(f"2.{number}.0") for number in range(count)]


@dataclass
class History:
    """What each version gives, a letter each, and which versions were asked."""

    letters: str

    def __post_init__(self) -> None:
        self.versions = versions_of(len(self.letters))
        self.asked: list[Version] = []

    def __call__(self, version: Version) -> Probed:
        self.asked.append(version)
        letter = self.letters[version.minor]
        return Untestable("no wheel") if letter == SKIPPED else record_of(letter)

    def searched(self, preferred: set[Version] = frozenset()) -> Bisection:  # type: ignore[assignment]
        found = Bisection(tuple(self.versions))
        for found in search(self.versions, self, preferred):
            assert len(found.steps) == len(self.asked)
        return found


def minor(step: Any) -> int:
    return int(step.version.minor)


def test_the_first_version_that_changed_is_found() -> None:
    history = History("aaaaabbbbbbb")
    found = history.searched()
    assert found.outlook is Outlook.FOUND
    assert (minor(found.last_same), minor(found.first_changed)) == (4, 5)
    assert [version.minor for version in history.asked] == [0, 11, 6, 3, 5, 4]


def test_how_many_are_left_is_known_before_each_is_tried() -> None:
    states = list(search(versions_of(12), History("aaaaabbbbbbb")))
    assert [state.left for state in states[1:]] == [4, 3, 2, 1, 0]


def test_a_third_record_in_between_counts_as_changed() -> None:
    found = History("aaaccccbbb").searched()
    assert minor(found.first_changed) == 3
    assert not found.is_as_bad(record_of("c"))
    assert found.is_as_bad(record_of("b"))


def test_what_cannot_be_tested_is_passed_over_and_named() -> None:
    found = History("aaa!!bbb").searched()
    assert found.outlook is Outlook.NARROWED
    assert [minor(step) for step in found.passed_over] == [3, 4]
    assert (minor(found.last_same), minor(found.first_changed)) == (2, 5)


def test_what_cannot_be_tested_elsewhere_is_not_named() -> None:
    found = History("aa!aaabbb!b").searched()
    assert found.outlook is Outlook.FOUND
    assert minor(found.first_changed) == 6


def test_ends_that_cannot_be_tested_are_replaced_by_their_neighbours() -> None:
    history = History("!!aaabb!")
    found = history.searched()
    assert [version.minor for version in history.asked[:5]] == [0, 1, 2, 7, 6]
    assert minor(found.good) == 2
    assert minor(found.bad) == 6
    assert minor(found.first_changed) == 5


def test_equal_ends_end_the_search_at_once() -> None:
    history = History("aaabaaa")
    found = history.searched()
    assert found.outlook is Outlook.SAME
    assert [version.minor for version in history.asked] == [0, 6]
    with pytest.raises(UserError, match=r"by export gives the same for 2\.0\.0 and 2\.6\.0: the same graphs"):
        demand_change(found)


@pytest.mark.parametrize(
    ("letters", "sentence"),
    [
        ("!!!", r"^none of 3 versions could be tested; 2\.2\.0: no wheel"),
        ("!a!", r"^only 2\.1\.0 of 3 versions could be tested; 2\.2\.0: no wheel"),
    ],
)
def test_one_version_or_none_is_a_failure(letters: str, sentence: str) -> None:
    found = History(letters).searched()
    assert found.outlook is Outlook.NOTHING
    assert len(found.steps) == 3
    with pytest.raises(ToolError, match=sentence):
        demand_change(found)


def test_preferred_versions_are_tried_first() -> None:
    history = History("aaaaaaaaaabbbbbbbbbb")
    preferred = {version for version in history.versions if version.minor % 5 == 0}
    found = history.searched(preferred)
    assert [version.minor for version in history.asked] == [0, 19, 10, 5, 8, 9]
    assert minor(found.first_changed) == 10


monotone = st.tuples(st.integers(1, 40), st.integers(1, 40)).map(
    lambda counts: "a" * counts[0] + "b" * counts[1]
)
wild = st.text("abc!", min_size=2, max_size=60)


@given(monotone)
def test_in_a_history_with_one_change_exactly_that_is_found(letters: str) -> None:
    history = History(letters)
    found = history.searched()
    assert found.outlook is Outlook.FOUND
    assert minor(found.first_changed) == letters.index("b")
    assert minor(found.last_same) == letters.index("b") - 1
    assert len(found.steps) <= 2 + (len(letters) - 2).bit_length()


@given(monotone, st.sets(st.integers(0, 80)))
def test_what_cannot_be_tested_never_makes_the_answer_wrong(letters: str, holes: set[int]) -> None:
    spoilt = "".join(SKIPPED if number in holes else letter for number, letter in enumerate(letters))
    found = History(spoilt).searched()
    same, changed = spoilt.rfind("a"), spoilt.find("b")
    if min(same, changed) < 0:
        assert found.outlook in (Outlook.SAME, Outlook.NOTHING)
        return
    assert (minor(found.last_same), minor(found.first_changed)) == (same, changed)
    assert [minor(step) for step in found.passed_over] == list(range(same + 1, changed))
    assert found.outlook is (Outlook.FOUND if changed == same + 1 else Outlook.NARROWED)


@given(wild, st.sets(st.integers(0, 60)))
def test_in_any_history_what_is_found_are_neighbours_that_differ(letters: str, chosen: set[int]) -> None:
    history = History(letters)
    found = history.searched({version for version in history.versions if version.minor in chosen})
    if found.outlook not in (Outlook.FOUND, Outlook.NARROWED):
        tested = [letter for letter in letters if letter != SKIPPED]
        assert len(tested) < 2 or tested[0] == tested[-1]
        return
    good, same, changed = minor(found.good), minor(found.last_same), minor(found.first_changed)
    assert letters[:good] == SKIPPED * good
    assert letters[same] == letters[good] != letters[changed]
    assert set(letters[same + 1 : changed]) <= {SKIPPED}


@given(wild, st.sets(st.integers(0, 60)))
def test_no_version_is_tried_twice_and_no_more_than_need_be(letters: str, chosen: set[int]) -> None:
    history = History(letters)
    preferred = {version for version in history.versions if version.minor in chosen}
    history.searched(preferred)
    assert len(set(history.asked)) == len(history.asked)
    skips = sum(letters[version.minor] == SKIPPED for version in history.asked)
    most = (len(letters) - 2).bit_length() + len(preferred).bit_length()
    assert len(history.asked) <= 2 + most + skips


@given(wild, st.sets(st.integers(0, 60)))
def test_no_more_are_tried_than_was_said_unless_some_cannot_be(letters: str, chosen: set[int]) -> None:
    history = History(letters)
    preferred = {version for version in history.versions if version.minor in chosen}
    states = list(search(history.versions, history, preferred))
    if any(step.record is None for step in states[-1].steps):
        return
    for number, state in enumerate(states[1:], 2):
        assert len(states) - number <= state.left


def test_goldens_show_a_change_only_if_they_hold_what_was_captured(tmp_path: Path) -> None:
    history = History("aaabbb")
    goldens = Goldens(tmp_path, history.versions)
    found = history.searched()
    assert find_in_goldens(goldens, found) is None
    goldens.update(Version("2.0.0"), Golden(record_of("a")))
    assert find_in_goldens(goldens, found) is None
    goldens.update(Version("2.5.0"), Golden(record_of("b")))
    assert find_in_goldens(goldens, found) == (Version("2.2.0"), Version("2.5.0"))
    goldens.update(Version("2.3.0"), Golden(record_of("b")))
    assert find_in_goldens(goldens, found) == (Version("2.2.0"), Version("2.3.0"))


def test_a_golden_that_cannot_be_read_loses_nothing_that_was_found(tmp_path: Path) -> None:
    history = History("aaabbb")
    goldens = Goldens(tmp_path, history.versions)
    goldens.update(Version("2.0.0"), Golden(record_of("a")))
    goldens.locate_own(*KEY, Version("2.0.0")).write_text("nonsense")
    assert find_in_goldens(goldens, history.searched()) is None


def test_before_anything_was_tried_a_search_goes_on_and_no_goldens_show_it(tmp_path: Path) -> None:
    begun = Bisection(tuple(map(Version, ("2.9.1", "2.10.0"))))
    assert begun.outlook is Outlook.SEARCHING
    assert find_in_goldens(Goldens(tmp_path, []), begun) is None
