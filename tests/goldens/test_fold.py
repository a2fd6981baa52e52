import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.errors import ToolError, UserError
from graph_goldens.goldens.fold import fold, plan_fold
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.records import Outcome, Record

RELEASE = Version("2.16.0")
NIGHTS = ["2.16.0.dev20261001", "2.16.0.dev20261115", "2.16.0a0", "2.16.0rc1"]
SUPPORTED = ["2.14.1", "2.15.0", "2.16.0", "2.17.0"]


def record(case: str, letter: str) -> Record:
    return Record(f"p/{case}", "export", Outcome.GRAPHS, facts={"letter": letter})


def goldens_at(root: Path) -> Goldens:
    return Goldens(root, [Version(version) for version in SUPPORTED])


def write(goldens: Goldens, version: str, case: str, letter: str) -> None:
    """Accept a record as people did who knew of no release after a nightly yet."""
    known = [each for each in goldens.supported if each <= Version(version)]
    Goldens(goldens.root, known).update(Version(version), Golden(record(case, letter)))


def resolutions(goldens: Goldens, cases: str = "ab") -> dict[tuple[str, str], Golden | None]:
    return {
        (case, version): goldens.resolve(f"p/{case}", "export", Version(version))
        for case in cases
        for version in (*SUPPORTED, "2.18.0")
    }


def overlays(root: Path) -> list[str]:
    return sorted(folder.name for folder in root.iterdir())


def test_goldens_of_nightlies_become_the_releases(tmp_path: Path) -> None:
    goldens = goldens_at(tmp_path)
    for case in "ab":
        write(goldens, "2.14.1", case, "old")
    write(goldens, NIGHTS[0], "a", "first")
    write(goldens, NIGHTS[3], "a", "last")
    before = resolutions(goldens)
    assert before["a", "2.15.0"] != before["a", "2.16.0"]
    plan = plan_fold(goldens, RELEASE)
    fold(goldens, plan)
    assert resolutions(goldens) == before
    assert overlays(tmp_path) == ["torch-2.14.1", "torch-2.16.0"]
    assert plan_fold(goldens, RELEASE).removed == ()


def test_what_came_and_went_leaves_no_file_that_repeats_what_it_falls_back_to(tmp_path: Path) -> None:
    goldens = goldens_at(tmp_path)
    write(goldens, "2.15.0", "a", "same")
    file = goldens.locate_own("p/a", "export", Version(NIGHTS[1]))
    write(goldens, NIGHTS[0], "a", "other")
    write(goldens, NIGHTS[1], "a", "same")
    assert file.exists()
    before = resolutions(goldens)
    fold(goldens, plan_fold(goldens, RELEASE))
    assert resolutions(goldens) == before
    assert overlays(tmp_path) == ["torch-2.15.0"]
    assert goldens.find_repeats() == ()


steps = st.lists(
    st.tuples(st.sampled_from([*NIGHTS, *SUPPORTED]), st.sampled_from("ab"), st.sampled_from("xyz"))
)


@given(steps)
def test_whatever_was_accepted_nothing_that_stays_resolves_otherwise(
    tmp_path_factory: pytest.TempPathFactory, accepted: list[tuple[str, str, str]]
) -> None:
    root = tmp_path_factory.mktemp("goldens")
    goldens = goldens_at(root)
    for version, case, letter in accepted:
        write(goldens, version, case, letter)
    before = resolutions(goldens)
    fold(goldens, plan_fold(goldens, RELEASE))
    assert resolutions(goldens) == before
    assert not any("2.16.0" in name and name != "torch-2.16.0" for name in overlays(root))


def test_a_fold_that_dies_anywhere_loses_nothing_and_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goldens = goldens_at(tmp_path)
    for case in "ab":
        write(goldens, "2.14.1", case, "old")
        write(goldens, NIGHTS[0], case, "first")
        write(goldens, NIGHTS[1], case, "second")
    before = resolutions(goldens)
    for allowed in range(12):
        with monkeypatch.context() as patched, suppress(ToolError):
            fail_after(patched, allowed)
            fold(goldens, plan_fold(goldens, RELEASE))
        assert resolutions(goldens) == before
    assert overlays(tmp_path) == ["torch-2.14.1", "torch-2.16.0"]


def fail_after(monkeypatch: pytest.MonkeyPatch, allowed: int) -> None:
    """Let only so many writes and removals succeed."""
    left = [allowed]

    def count(real: Callable[..., None]) -> Callable[..., None]:
        def call(*given: object) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28, "No space left on device")
            real(*given)

        return call

    for name in ("replace", "unlink"):
        monkeypatch.setattr(os, name, count(getattr(os, name)))


@pytest.mark.parametrize("version", ["2.16.0.dev20261001", "2.16.0rc1", "2.16.0+cpu"])
def test_only_a_release_is_folded_into(tmp_path: Path, version: str) -> None:
    with pytest.raises(UserError, match=r"is not a release; give one such as 2\.16\.0"):
        plan_fold(goldens_at(tmp_path), Version(version))


def test_a_supported_nightly_would_resolve_otherwise_and_is_named(tmp_path: Path) -> None:
    goldens = Goldens(tmp_path, [Version(NIGHTS[0])])
    write(goldens, NIGHTS[0], "a", "x")
    with pytest.raises(UserError, match=r"still lists 2\.16\.0\.dev20261001"):
        plan_fold(goldens, RELEASE)
