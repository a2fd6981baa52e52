import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.errors import ToolError, UserError
from graph_goldens.goldens.format import Golden, GoldenError
from graph_goldens.goldens.rebase import plan_rebase, rebase
from graph_goldens.goldens.store import Goldens
from graph_goldens.goldens.watched_versions import list_watched_versions
from graph_goldens.keys import Key
from graph_goldens.records import Outcome, Record
from graph_goldens.versions import make_public

SUPPORTED = tuple(map(Version, ["2.4.1", "2.8.0", "2.9.1", "2.10.0", "2.13.0"]))
OTHERS = tuple(
    map(Version, ["2.3.0", "2.9.1+cpu", "2.9.0", "2.10.0rc1", "2.11.0.dev20260101", "2.14.0.dev1", "2.15.0"])
)
MINIMA = (
    *SUPPORTED,
    *map(Version, ["2.2", "2.8", "2.9", "2.9.1+cpu", "2.10.0.dev1", "2.10.0rc1", "2.11.0.dev1", "2.12"]),
)
KEYS = (Key("torchbind/none", "export"), Key("torchbind/none", "make-fx-real"), Key("other/none", "export"))
CALLS = ("mkdir", "open", "fsync", "replace", "unlink")
NO_SPACE = OSError(errno.ENOSPC, "No space left on device")


def make_golden(number: int, key: Key = KEYS[0], because: str = "") -> Golden:
    return Golden(Record(*key, Outcome.GRAPHS, facts={"number": number}), because)


def content(goldens: Goldens) -> dict[str, bytes]:
    files = (file for file in goldens.root.rglob("*") if file.is_file())
    return {file.relative_to(goldens.root).as_posix(): file.read_bytes() for file in files}


def resolved(goldens: Goldens, version: Version) -> list[Golden | None]:
    return [goldens.resolve(*key, version) for key in KEYS]


def prune(goldens: Goldens, minimum: Version) -> None:
    rebase(goldens, plan_rebase(goldens, minimum))


@pytest.fixture
def goldens(tmp_path: Path) -> Goldens:
    return Goldens(tmp_path / "snapshots", SUPPORTED)


def storied(goldens: Goldens) -> Goldens:
    """Leave goldens of which 2.9.1 falls back to two overlays and has one of its own."""
    for version, number, key in (
        ("2.4.1", 1, KEYS[0]),
        ("2.8.0", 2, KEYS[0]),
        ("2.4.1", 1, KEYS[1]),
        ("2.4.1", 1, KEYS[2]),
        ("2.9.1", 2, KEYS[2]),
        ("2.13.0", 4, KEYS[0]),
    ):
        for later in (each for each in SUPPORTED if each >= Version(version)):
            goldens.update(later, make_golden(number, key, because=f"for {version}"))
    return goldens


def test_what_the_oldest_that_remains_fell_back_to_becomes_its_own(goldens: Goldens) -> None:
    plan = plan_rebase(storied(goldens), Version("2.9"))
    before = content(goldens)
    rebase(goldens, plan)
    assert plan.base == Version("2.9.1")
    assert {(str(entry.version), entry.key) for entry in plan.moved} == {
        ("2.8.0", KEYS[0]),
        ("2.4.1", KEYS[1]),
    }
    assert content(goldens) == {
        "torch-2.9.1/torchbind/none/export.md": before["torch-2.8.0/torchbind/none/export.md"],
        "torch-2.9.1/torchbind/none/make-fx-real.md": before["torch-2.4.1/torchbind/none/make-fx-real.md"],
        "torch-2.9.1/other/none/export.md": before["torch-2.9.1/other/none/export.md"],
        "torch-2.13.0/torchbind/none/export.md": before["torch-2.13.0/torchbind/none/export.md"],
    }
    assert sorted(entry.name for entry in goldens.root.iterdir()) == ["torch-2.13.0", "torch-2.9.1"]


def test_a_golden_that_first_held_later_stays_where_it_is(goldens: Goldens) -> None:
    goldens.update(Version("2.13.0"), make_golden(1))
    plan = plan_rebase(goldens, Version("2.9"))
    assert (plan.moved, plan.removed) == ((), ())


def test_an_overlay_of_a_version_that_is_not_supported_remains_if_it_is_not_older(goldens: Goldens) -> None:
    goldens.update(Version("2.4.1"), make_golden(1))
    goldens.update(Version("2.9.0"), make_golden(2))
    assert plan_rebase(goldens, Version("2.9")).base == Version("2.9.0")
    assert plan_rebase(goldens, Version("2.9.1")).base == Version("2.9.1")


def test_a_pre_release_is_older_than_its_release(goldens: Goldens) -> None:
    goldens.update(Version("2.10.0rc1"), make_golden(1))
    assert plan_rebase(goldens, Version("2.10.0")).base == Version("2.10.0")
    assert [str(entry.version) for entry in plan_rebase(goldens, Version("2.10")).removed] == ["2.10.0rc1"]
    assert plan_rebase(goldens, Version("2.10.0.dev1")).removed == ()


def test_a_minimum_after_every_supported_version_is_refused(goldens: Goldens) -> None:
    storied(goldens)
    goldens.update(Version("2.15.0.dev1"), make_golden(9))
    with pytest.raises(UserError, match=r"no version would remain: the newest that is supported is 2\.13\.0"):
        plan_rebase(goldens, Version("2.14"))


def test_where_no_version_is_supported_those_with_an_overlay_count(tmp_path: Path) -> None:
    goldens = Goldens(tmp_path, ())
    with pytest.raises(UserError, match="there are no goldens"):
        plan_rebase(goldens, Version("2.9"))
    goldens.update(Version("2.8.0"), make_golden(1))
    goldens.update(Version("2.13.0"), make_golden(2))
    assert plan_rebase(goldens, Version("2.9")).base == Version("2.13.0")


def test_an_unreadable_golden_that_would_move_stops_it_before_anything_is_written(goldens: Goldens) -> None:
    storied(goldens).locate_own(*KEYS[0], Version("2.8.0")).write_text("<<<<<<< HEAD\n")
    with pytest.raises(GoldenError, match=r"export\.md: "):
        plan_rebase(goldens, Version("2.9"))


def test_an_unreadable_golden_that_no_remaining_version_resolves_to_just_goes(goldens: Goldens) -> None:
    file = storied(goldens).locate_own(*KEYS[0], Version("2.4.1"))
    file.write_text(file.read_text() + "<<<<<<< HEAD\n")
    assert [each.stored.file for each in goldens.read_all().unreadable] == [file]
    prune(goldens, Version("2.9"))
    assert not file.exists()
    assert goldens.read_all().unreadable == ()


def test_what_is_no_golden_by_its_first_line_is_left_alone_and_the_goldens_beside_it_go(
    goldens: Goldens,
) -> None:
    file = storied(goldens).locate_own(*KEYS[0], Version("2.4.1"))
    file.write_text("<<<<<<< HEAD\n")
    prune(goldens, Version("2.9"))
    assert file.read_text() == "<<<<<<< HEAD\n"
    assert [entry.file for entry in goldens.list_stored() if entry.version < Version("2.9")] == [file]


histories = st.lists(
    st.tuples(st.sampled_from((*SUPPORTED, *OTHERS)), st.integers(0, 3), st.sampled_from(KEYS)),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(histories, st.sampled_from(MINIMA))
def test_whatever_the_history_and_the_minimum_every_remaining_version_resolves_to_what_it_did(
    history: list[Any], minimum: Version
) -> None:
    with TemporaryDirectory() as folder:
        goldens = Goldens(Path(folder), SUPPORTED)
        for version, number, key in history:
            goldens.update(version, make_golden(number, key, because=f"{number} at {version}"))
        watched = list_watched_versions(goldens)
        plan = plan_rebase(goldens, minimum)
        kept = {version for version in watched if version >= make_public(minimum)}
        remaining = {*kept, *(v for v in (*SUPPORTED, *OTHERS) if make_public(v) >= plan.base)}
        before = {version: resolved(goldens, version) for version in remaining}
        rebase(goldens, plan)
        assert plan.base == min(kept)
        assert {version: resolved(goldens, version) for version in remaining} == before
        assert all(entry.version >= plan.base for entry in goldens.list_stored())
        assert goldens.find_repeats() == ()
        assert all(any(folder.iterdir()) for folder in goldens.root.rglob("*") if folder.is_dir())
        again = plan_rebase(goldens, minimum)
        assert (again.base, again.moved, again.removed) == (plan.base, (), ())


# --- what may go wrong


@contextmanager
def failing(error: BaseException, at: int, *, dead: bool) -> Iterator[list[str]]:
    """Make the n-th call that changes a file fail; with `dead` every later one too, as after a kill."""
    calls: list[str] = []

    def faulty(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            calls.append(name)
            if len(calls) == at or (dead and len(calls) > at):
                raise error
            return call(*args, **kwargs)

        return called

    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in CALLS:
            monkeypatch.setattr(os, name, faulty(name, getattr(os, name)))
        yield calls


def failures(
    tmp_path: Path, error: BaseException, *, dead: bool
) -> Iterator[tuple[Goldens, dict[str, bytes], BaseException]]:
    """Let a pruning fail at each call in turn; give the goldens after it and the files before it."""
    template = storied(Goldens(tmp_path / "template", SUPPORTED))
    before = content(template)
    for at in range(1, 200):
        goldens, caught = Goldens(tmp_path / str(at), SUPPORTED), None
        shutil.copytree(template.root, goldens.root)
        with failing(error, at, dead=dead) as calls:
            try:
                prune(goldens, Version("2.9"))
            except BaseException as raised:
                caught = raised
        if len(calls) < at:
            assert at > 10
            return
        if caught:  # the standard library itself gets over some failures to make a folder that is there
            yield goldens, before, caught


@pytest.mark.parametrize(
    ("error", "dead"),
    [(NO_SPACE, False), (NO_SPACE, True), (KeyboardInterrupt(), False), (SystemExit(), True)],
)
def test_a_pruning_that_dies_anywhere_loses_nothing_and_the_next_one_finishes(
    tmp_path: Path, error: BaseException, dead: bool
) -> None:
    reference = storied(Goldens(tmp_path / "reference", SUPPORTED))
    old = {version: resolved(reference, version) for version in SUPPORTED}
    prune(reference, Version("2.9"))
    count = 0
    for goldens, _, _ in failures(tmp_path, error, dead=dead):
        count += 1
        for version in SUPPORTED:
            now = resolved(goldens, version)
            if version >= Version("2.9"):
                assert now == old[version]
            assert all(found in (None, was) for found, was in zip(now, old[version], strict=True))
        prune(goldens, Version("2.9"))
        visible = {name: data for name, data in content(goldens).items() if name.endswith(".md")}
        assert visible == content(reference)
    assert count > 10


def test_a_full_disk_is_one_sentence_and_changes_nothing(tmp_path: Path) -> None:
    for goldens, before, caught in failures(tmp_path, NO_SPACE, dead=False):
        assert isinstance(caught, ToolError)
        assert "No space left on device" in str(caught)
        if "cannot write" in str(caught):
            assert content(goldens) == before
