"""The versions in question are those of what is bisected, as an index or a folder of wheels offers them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from graph_goldens.bisect import subjects
from graph_goldens.bisect.subjects import find_candidates, list_held_versions, select_supported
from graph_goldens.bisect.version_range import Range
from graph_goldens.environments.builds import Indexes
from graph_goldens.errors import UserError
from graph_goldens.gate.project import Project
from tests.bisect.test_version_range import texts
from tests.environments.wheels import make_wheel


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

    monkeypatch.setattr(subjects, "list_offered_versions", answer)
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

    monkeypatch.setattr(subjects, "list_offered_versions", answer)
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

    monkeypatch.setattr(subjects, "list_offered_versions", answer)
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
