from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.bisect import search as bisect
from graph_goldens.bisect.bisection import Bisection, Outlook, Probed, Untestable
from graph_goldens.bisect.search import (
    Prober,
    Range,
    demand_change,
    find_candidates,
    find_in_goldens,
    keep_one_build_each,
    list_held_versions,
    search,
    select_supported,
)
from graph_goldens.environments.builds import Indexes
from graph_goldens.errors import ToolError, UserError
from graph_goldens.gate.project import Project
from graph_goldens.gate.request import Request
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Capture, Fault, FaultKind, Outcome, Record
from graph_goldens.runs.selection import Selection
from tests.environments.wheels import make_wheel

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


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(
        root=tmp_path,
        cases=tmp_path / "cases",
        snapshots=tmp_path / "snapshots",
        working=tmp_path / ".goldens",
        default=Version("2.13.0"),
        supported=tuple(map(Version, ["2.8.0", "2.9.1", "2.13.0"])),
        timeout=60.0,
        jobs=1,
    )


def texts(versions: list[Version]) -> list[str]:
    return [str(version) for version in versions]


@pytest.mark.parametrize(
    ("ends", "local", "exact", "chosen"),
    [
        ([], None, False, "2.13.0"),
        (["2.9.1", "2.14.0"], None, False, "2.13.0"),
        (["2.9.1+cpu"], "cpu", False, "2.13.0+cpu"),
        (["2.9.1+cu132"], "cu132", False, "2.13.0+cu132"),
        (["2.9.1+rocm6"], "rocm6", False, "2.13.0"),
        (["2.9.1", "2.13.0+cu132"], None, False, "2.13.0+cu132"),
        (["2.9.1+cpu", "2.13.0+cu132"], "cpu", False, "2.13.0+cu132"),
        (["2.9.1", "2.13.0"], None, True, "2.13.0"),
        (["2.9.1", "2.13.0+cpu"], None, True, "2.13.0+cpu"),
        (["2.9.1+cpu"], "cpu", True, "2.13.0+cpu"),
        (["2.9.1+rocm6"], "rocm6", True, "2.13.0+cu132"),
    ],
)
def test_one_build_of_each_version_is_left(
    ends: list[str], local: str | None, exact: bool, chosen: str
) -> None:
    offered = list(map(Version, ["2.13.0", "2.13.0+cpu", "2.13.0+cu132"]))
    found = keep_one_build_each(offered, map(Version, ends), local, exact=exact)
    assert [str(version) for version in found if version.public == "2.13.0"] == [chosen]
    assert {*ends} - {"2.13.0"} <= {*texts(found)}


def test_a_build_of_a_folder_keeps_its_name_and_others_mean_what_is_installed() -> None:
    offered = [Version("2.13.0+cpu"), Version("2.14.0a0+git12")]
    assert texts(keep_one_build_each(offered, [Version("2.13.0")])) == ["2.13.0", "2.14.0a0"]
    exact = keep_one_build_each(offered, [Version("2.13.0")], exact=True)
    assert texts(exact) == ["2.13.0+cpu", "2.14.0a0+git12"]


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The versions that an index offers."""
    offered = ["2.7.1", "2.8.0", "2.9.0", "2.9.1", "2.13.0", "2.13.0+cpu", "2.14.0.dev20260901", "2.14.0"]

    def answer(indexes: Indexes, **limits: Any) -> list[Version]:
        low, high = limits["oldest"] or Version("0"), limits["newest"] or Version("9")
        kinds = limits["prereleases"]
        return sorted(
            version
            for version in map(Version, offered)
            if low <= version and (version <= high or version.public == str(high))
            if kinds or not version.is_prerelease
        )

    monkeypatch.setattr(bisect, "list_offered_versions", answer)
    return offered


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Range(), ["2.8.0", "2.9.0", "2.9.1", "2.13.0"]),
        (Range(good=Version("2.9.1")), ["2.9.1", "2.13.0"]),
        (Range(good=Version("2.9.1+cpu")), ["2.9.1+cpu", "2.13.0+cpu"]),
        (Range(Version("2.9.1"), Version("2.14.0")), ["2.9.1", "2.13.0", "2.14.0"]),
        (Range(Version("2.9.1"), prereleases=True), ["2.9.1", "2.13.0", "2.14.0.dev20260901", "2.14.0"]),
        (
            Range(Version("2.13.0"), Version("2.14.0.dev20260905")),
            ["2.13.0", "2.14.0.dev20260901", "2.14.0.dev20260905"],
        ),
    ],
)
def test_the_versions_in_question_are_those_that_are_offered_between_the_ends(
    project: Project, index: list[str], wanted: Range, found: list[str]
) -> None:
    assert texts(find_candidates(project, wanted)) == found


def test_what_leaves_nothing_to_search_is_refused(project: Project, index: list[str]) -> None:
    with pytest.raises(
        UserError, match=r"nothing to search: 2\.13\.0 is not older than 2\.9\.1; say with --good"
    ):
        find_candidates(project, Range(Version("2.13.0"), Version("2.9.1")))
    with pytest.raises(UserError, match=r"2\.13\.0\+cpu is not older than 2\.13\.0"):
        find_candidates(project, Range(Version("2.13.0+cpu"), Version("2.13.0")))
    with pytest.raises(UserError, match="lists no `supported` versions; say with --good and --bad"):
        find_candidates(replace(project, supported=()), Range(Version("2.13.0")))


def test_a_folder_of_wheels_alone_says_what_is_in_question(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def answer(indexes: Indexes, **limits: Any) -> list[Version]:
        asked.update(limits)
        return list(map(Version, ["2.13.0+cpu", "2.14.0.dev20260901", "2.14.0.dev20260902"]))

    monkeypatch.setattr(bisect, "list_offered_versions", answer)
    folder = tmp_path / "wheels"
    for version in ("2.14.0.dev20260901", "2.14.0.dev20260902"):
        make_wheel(folder, version)
    wanted = Range(indexes=Indexes(find_links=(str(folder),)))
    assert texts(find_candidates(project, wanted)) == ["2.14.0.dev20260901", "2.14.0.dev20260902"]
    assert asked == {"oldest": None, "newest": None, "prereleases": True, "links_only": True}
    (folder / f"torch-2.14.0.dev20260901-{make_wheel(folder, '1.0').name.partition('-1.0-')[2]}").unlink()
    with pytest.raises(UserError, match=r"only PyTorch 2\.14\.0\.dev20260902 is in question"):
        find_candidates(project, wanted)


def test_versions_of_a_package_are_in_question_where_one_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}
    offered = ["1.0", "1.1", "2.0"]

    def answer(indexes: Indexes, python: str, **limits: Any) -> list[Version]:
        asked.update(limits)
        return list(map(Version, offered))

    monkeypatch.setattr(bisect, "list_offered_versions", answer)
    wanted = Range(good=Version("1.0"), package="my-backend")
    assert texts(find_candidates(project, wanted)) == offered
    assert (asked["package"], asked["oldest"], asked["newest"]) == ("my-backend", Version("1.0"), None)
    del offered[1:]
    with pytest.raises(UserError, match=r"only my-backend 1\.0 is offered; versions are wheels"):
        find_candidates(project, wanted)
    with pytest.raises(UserError, match="is about PyTorch, which --torch chooses"):
        find_candidates(project, Range(package="torch"))
    with pytest.raises(UserError, match=r"nothing to search: 1\.1 is not older than 1\.0; say with --good"):
        find_candidates(project, Range(Version("1.1"), Version("1.0"), package="my-backend"))


def test_pages_of_wheels_are_not_looked_into(tmp_path: Path) -> None:
    assert list_held_versions([]) is None
    assert list_held_versions([str(tmp_path), "https://example.org/wheels"]) is None
    assert list_held_versions([str(tmp_path)]) == set()


def test_supported_versions_are_found_whatever_their_build(project: Project) -> None:
    candidates = list(map(Version, ["2.9.0", "2.9.1+cpu", "2.13.0"]))
    assert texts(select_supported(project, candidates)) == ["2.9.1+cpu", "2.13.0"]


class Silent:
    """Hears everything and says nothing."""

    def note(self, text: str) -> None: ...
    def begin(self, what: str, total: int) -> None: ...
    def advance(self, capture: Capture) -> None: ...


@dataclass
class Machine:
    """What is made, captured and removed in place of real environments."""

    answers: Mapping[str, object]
    made: list[str]
    removed: list[str]

    def open(self, build: Any, folder: Path) -> str:
        if isinstance(build, str):
            return build
        if isinstance(answer := self.answers[build.name], ToolError):
            raise answer
        (folder / "envs" / build.name / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "envs" / build.name / "bin" / "python").touch()
        self.made.append(build.name)
        return str(build.name)

    def run(self, environment: str) -> Any:
        answer = self.answers[environment]
        if isinstance(answer, Exception):
            raise answer
        captures: list[Any] = answer if isinstance(answer, list) else [answer]
        found = {capture.record.key: capture for capture in captures}
        return SimpleNamespace(captures=found, environment={"git": f"commit of {environment}"})


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine({}, [], [])

    @contextmanager
    def hold(request: Request, _: object) -> Iterator[Any]:
        assert request.reuse
        assert request.selection == Selection(
            (KEY[0],), (KEY[1],)
        )  # by which packs that are left out are told
        environment = machine.open(request.build, request.project.working)
        yield SimpleNamespace(run=lambda selection: machine.run(environment))

    monkeypatch.setattr(bisect, "hold_environment", hold)
    monkeypatch.setattr(bisect, "remove_environment", lambda name, *_: machine.removed.append(name))
    monkeypatch.setattr(bisect, "LEAST_ROOM", 0)
    return machine


def prober(project: Project, keep: bool = True) -> Prober:
    selection = Selection((KEY[0],), (KEY[1],))
    return Prober(project, selection, Range(), Silent(), keep=keep)


def test_a_version_gives_its_record_or_why_there_is_none(project: Project, machine: Machine) -> None:
    machine.answers = {
        "torch-2.8.0": Capture(record_of("a")),
        "torch-2.9.0": ToolError("no such wheel"),
        "torch-2.9.1": UserError("the case module x.py cannot be used"),
        "torch-2.13.0": Capture(record_of("b"), fault=Fault(FaultKind.HARNESS, "the harness failed")),
    }
    probe = prober(project)
    assert [probe(Version(name.removeprefix("torch-"))) for name in machine.answers] == [
        record_of("a"),
        Untestable("no such wheel"),
        Untestable("the case module x.py cannot be used"),
        Untestable("the harness failed"),
    ]
    assert machine.removed == []
    assert probe.find_commit(Version("2.8.0")) == "commit of torch-2.8.0"
    assert probe.find_commit(Version("2.9.0")) == ""


def test_an_interpreter_stands_for_the_version_that_it_has(project: Project, machine: Machine) -> None:
    machine.answers = {"/their/python": Capture(record_of("a"))}
    wanted = Range(interpreters={Version("2.9.1+cpu"): "/their/python"})
    probe = Prober(project, Selection((KEY[0],), (KEY[1],)), wanted, Silent(), keep=False)
    assert probe(Version("2.9.1+cpu")) == record_of("a")
    assert (machine.made, machine.removed) == ([], [])


def test_a_selection_that_means_nothing_or_several_records_is_the_users_error(
    project: Project, machine: Machine
) -> None:
    other = replace(record_of("a"), path="export-strict")
    machine.answers = {
        "torch-2.8.0": UserError("'atribute' matches no case"),
        "torch-2.9.1": [Capture(record_of("a")), Capture(other)],
    }
    with pytest.raises(UserError, match=r"^with PyTorch 2\.8\.0: 'atribute' matches no case"):
        prober(project)(Version("2.8.0"))
    with pytest.raises(UserError, match=r"this means torchbind/attribute · export, .* export-strict, …"):
        prober(project)(Version("2.9.1"))


def test_environments_that_were_made_go_again_where_that_is_wanted(
    project: Project, machine: Machine
) -> None:
    machine.answers = dict.fromkeys(("torch-2.8.0", "torch-2.9.1"), Capture(record_of("a")))
    prober(project)(Version("2.8.0"))
    probe = prober(project, keep=False)
    probe(Version("2.8.0"))
    probe(Version("2.9.1"))
    assert machine.removed == ["torch-2.9.1"]


def test_too_little_room_stops_the_search_before_anything_is_made(
    project: Project, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.answers = dict.fromkeys(("torch-2.8.0", "torch-2.9.1"), Capture(record_of("a")))
    prober(project)(Version("2.8.0"))
    monkeypatch.setattr(bisect, "LEAST_ROOM", 1 << 80)
    assert prober(project)(Version("2.8.0")) == record_of("a")
    with pytest.raises(ToolError, match=r"^only .* GiB are free, too little to make another environment"):
        prober(project)(Version("2.9.1"))
    assert machine.made == ["torch-2.8.0", "torch-2.8.0"]


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
