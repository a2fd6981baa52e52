import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from graph_goldens.errors import ToolError, UserError
from graph_goldens.goldens.format import Golden, GoldenError, render
from graph_goldens.goldens.overlays import list_overlays
from graph_goldens.goldens.reader import parse
from graph_goldens.goldens.store import ChangeKind, Goldens
from graph_goldens.keys import Key
from graph_goldens.records import Artifact, Outcome, Record
from graph_goldens.versions import find_newest_not_after, make_public

SUPPORTED = tuple(map(Version, ["2.4.1", "2.8.0", "2.9.1", "2.10.0", "2.13.0"]))
OTHERS = [
    "2.3.0",
    "2.9.1+cpu",
    "2.10.0+cu132",
    "2.10.0rc1",
    "2.11.0.dev20260101",
    "2.14.0.dev20260901+cpu",
    "2.15.0",
]
UPDATABLE = (*SUPPORTED, *map(Version, OTHERS))
KEYS = (Key("torchbind/none", "export"), Key("torchbind/none", "make-fx-real"), Key("other/none", "export"))


def make_golden(number: int, key: Key = KEYS[0], because: str = "") -> Golden:
    artifacts = (Artifact("program.graph", f"graph {number}"),)
    return Golden(Record(*key, Outcome.GRAPHS, facts={"number": number}, artifacts=artifacts), because)


def resolved(goldens: Goldens, version: Version, key: Key = KEYS[0]) -> Record | None:
    golden = goldens.resolve(*key, version)
    return golden.record if golden else None


def watched(goldens: Goldens) -> set[Version]:
    return {*goldens.supported, *list_overlays(goldens.root)}


def state(goldens: Goldens, versions: Sequence[Version]) -> dict[tuple[Version, Key], Record | None]:
    return {(version, key): resolved(goldens, version, key) for version in versions for key in KEYS}


def content(root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()
    }


@contextmanager
def emptied() -> Iterator[Goldens]:
    with TemporaryDirectory() as folder:
        yield Goldens(Path(folder) / "snapshots", SUPPORTED)


@pytest.fixture
def goldens(tmp_path: Path) -> Goldens:
    return Goldens(tmp_path / "snapshots", SUPPORTED)


# --- what resolves


def test_nothing_resolves_where_there_is_nothing(goldens: Goldens) -> None:
    assert goldens.resolve("torchbind/none", "export", Version("2.13.0")) is None
    assert goldens.find_file("torchbind/none", "export", Version("2.13.0")) is None


def test_a_golden_resolves_for_its_version_and_later_ones_and_not_for_earlier_ones(goldens: Goldens) -> None:
    golden = make_golden(1, because="first")
    change = goldens.update(Version("2.9.1+cpu"), golden)
    file = goldens.root / "torch-2.9.1/torchbind/none/export.md"
    assert (change.kind, change.before, change.file, change.written) == (
        ChangeKind.CREATED,
        None,
        file,
        (file,),
    )
    for version in ("2.9.1", "2.9.1+cu132", "2.10.0.dev1", "2.13.0", "3.0.0"):
        assert goldens.resolve("torchbind/none", "export", Version(version)) == golden
    for version in ("2.4.1", "2.9.1.dev20250101", "2.9.1rc3"):
        assert goldens.resolve("torchbind/none", "export", Version(version)) is None


def test_an_update_leaves_later_versions_what_they_fell_back_to(goldens: Goldens) -> None:
    goldens.update(Version("2.4.1"), make_golden(1, because="as it was"))
    change = goldens.update(Version("2.8.0"), make_golden(2))
    pin = goldens.root / "torch-2.9.1/torchbind/none/export.md"
    assert change.kind is ChangeKind.CHANGED
    assert change.before == make_golden(1, because="as it was")
    assert change.written == (pin, goldens.root / "torch-2.8.0/torchbind/none/export.md")
    assert goldens.resolve(*KEYS[0], Version("2.10.0")) == make_golden(1, because="as it was")


def test_a_new_newest_version_is_held_against_the_newest_golden_and_pins_nothing(goldens: Goldens) -> None:
    goldens.update(Version("2.13.0"), make_golden(1))
    change = goldens.update(Version("2.14.0.dev20260901"), make_golden(2))
    assert change.written == (goldens.root / "torch-2.14.0.dev20260901/torchbind/none/export.md",)


def test_a_golden_that_equals_what_is_there_is_not_written_whatever_its_reason(goldens: Goldens) -> None:
    goldens.update(Version("2.4.1"), make_golden(1, because="first"))
    before = content(goldens.root)
    change = goldens.update(Version("2.10.0"), make_golden(1, because="again"))
    assert (change.kind, change.written, change.removed) == (ChangeKind.UNCHANGED, (), ())
    assert change.file == goldens.root / "torch-2.4.1/torchbind/none/export.md"
    assert content(goldens.root) == before


def test_facts_that_only_python_takes_for_equal_are_a_change(goldens: Goldens) -> None:
    golden = make_golden(1)
    goldens.update(Version("2.4.1"), golden)
    true = Golden(replace(golden.record, facts={"number": True}))
    assert goldens.update(Version("2.4.1"), true).kind is ChangeKind.CHANGED


def test_a_change_of_the_source_alone_is_a_change(goldens: Goldens) -> None:
    golden = make_golden(1)
    goldens.update(Version("2.4.1"), golden)
    change = goldens.update(Version("2.4.1"), Golden(replace(golden.record, source="new")))
    assert change.kind is ChangeKind.CHANGED


def test_going_back_to_what_an_older_version_has_removes_the_file_that_would_repeat_it(
    goldens: Goldens,
) -> None:
    for version, number in (("2.4.1", 1), ("2.13.0", 2)):
        goldens.update(Version(version), make_golden(number))
    change = goldens.update(Version("2.13.0"), make_golden(1))
    assert change.file == goldens.root / "torch-2.4.1/torchbind/none/export.md"
    assert change.removed == (goldens.root / "torch-2.13.0/torchbind/none/export.md",)
    assert change.written == ()
    assert sorted(entry.name for entry in goldens.root.iterdir()) == ["torch-2.4.1"]


@pytest.mark.parametrize("case", ["", "a//b", "../a", "a/../b", "a/.b", "/a", "a/", "a\\b", "a\nb", "."])
def test_names_that_could_leave_the_folder_are_refused(goldens: Goldens, case: str) -> None:
    with pytest.raises(UserError, match="cannot name a golden's file"):
        goldens.find_file(case, "export", Version("2.13.0"))
    with pytest.raises(UserError, match="cannot name a golden's file"):
        goldens.find_file("a/b", f"{case}/x", Version("2.13.0"))


# --- histories

histories = st.lists(
    st.tuples(st.sampled_from(UPDATABLE), st.integers(0, 3), st.sampled_from(KEYS)), min_size=1, max_size=12
)
relaxed = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])


class Model:
    """What each version resolves to, said as simply as can be: a table without files."""

    def __init__(self) -> None:
        self.table: dict[Version, dict[Key, int]] = {version: {} for version in SUPPORTED}

    def resolve(self, version: Version, key: Key) -> int | None:
        row = find_newest_not_after(self.table, version)
        return self.table[row].get(key) if row else None

    def update(self, version: Version, number: int, key: Key) -> None:
        """Follow the version before where a version is not watched; differing makes it watched."""
        version = make_public(version)
        old = self.resolve(version, key)
        if old == number:
            return
        if version not in self.table:
            before = find_newest_not_after(self.table, version)
            self.table[version] = dict(self.table[before]) if before else {}
        self.table[version][key] = number
        if old is None:
            for later in self.table:
                if later > version:
                    self.table[later].setdefault(key, number)

    def forget_unwatched(self, seen: set[Version]) -> None:
        self.table = {version: row for version, row in self.table.items() if version in seen}


@relaxed
@given(histories)
def test_whatever_the_history_each_version_resolves_to_what_was_put_in(history: list[Any]) -> None:
    with emptied() as goldens:
        model = Model()
        for version, number, key in history:
            before = state(goldens, UPDATABLE)
            earlier = watched(goldens)
            goldens.update(version, make_golden(number, key))
            model.update(version, number, key)
            model.forget_unwatched(watched(goldens))
            after = state(goldens, UPDATABLE)
            assert after[version, key] == make_golden(number, key).record
            for (other, some), record in after.items():
                expected = model.resolve(other, some)
                assert record == (None if expected is None else make_golden(expected, some).record)
                if other in earlier and (make_public(other), some) != (make_public(version), key):
                    old = before[other, some]
                    assert record == old or (old is None and other > version and some == key)
            assert goldens.find_repeats() == ()
            assert not goldens.read_all().unreadable
            assert not [file for file in content(goldens.root) if not file.endswith(".md")]


@relaxed
@given(histories)
def test_repeating_an_update_changes_no_byte(history: list[Any]) -> None:
    with emptied() as goldens:
        for version, number, key in history:
            goldens.update(version, make_golden(number, key))
            before = content(goldens.root)
            assert goldens.update(version, make_golden(number, key)).kind is ChangeKind.UNCHANGED
            assert content(goldens.root) == before


@relaxed
@given(st.permutations(SUPPORTED), st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_whatever_the_order_all_versions_put_in_twice_are_stored_alike(
    order: list[Version], numbers: list[int]
) -> None:
    wanted = dict(zip(SUPPORTED, numbers, strict=True))
    found = []
    for versions in (order, SUPPORTED):
        with emptied() as goldens:
            for version in versions:
                goldens.update(version, make_golden(wanted[version]))
            assert {v: resolved(goldens, v) for v in SUPPORTED} == {
                v: make_golden(n).record for v, n in wanted.items()
            }
            found.append(content(goldens.root))
    assert found[0] == found[1]


# --- what may go wrong


class Faults:
    """Make the n-th call that changes a file fail; with `dead` every later one too, as after a kill."""

    CALLS = ("mkdir", "open", "fsync", "replace", "unlink")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: BaseException, at: int, *, dead: bool) -> None:
        self.seen = 0
        self.failed = False
        for name in self.CALLS:
            monkeypatch.setattr(os, name, self.faulty(getattr(os, name), error, at, dead=dead))

    def faulty(
        self, call: Callable[..., Any], error: BaseException, at: int, *, dead: bool
    ) -> Callable[..., Any]:
        def failing(*args: Any, **kwargs: Any) -> Any:
            self.seen += 1
            if self.seen == at or (dead and self.seen > at):
                self.failed = True
                raise error
            return call(*args, **kwargs)

        return failing


def storied(goldens: Goldens) -> None:
    """Leave goldens for which the update of 2.8.0 to 3 pins one, and that to 2 drops a repeated one."""
    for version, number in (("2.4.1", 1), ("2.10.0", 2), ("2.13.0", 1)):
        goldens.update(Version(version), make_golden(number))
    for version, number in (("2.8.0", 5), ("2.9.1", 3)):
        goldens.update(Version(version), make_golden(number, KEYS[1]))


UPDATES = [
    ("2.8.0", 3, KEYS[0]),
    ("2.9.1", 2, KEYS[0]),
    ("2.13.0", 2, KEYS[0]),
    ("2.8.0", 3, KEYS[1]),
    ("2.4.1", 1, KEYS[2]),
]


def failures(
    tmp_path: Path, update: Any, error: BaseException, *, dead: bool
) -> Iterator[tuple[Goldens, dict[str, bytes], BaseException]]:
    """Let an update fail at each call in turn; give the goldens after it and the files before it."""
    version, number, key = update
    for at in range(1, 100):
        goldens, caught = Goldens(tmp_path / str(at), SUPPORTED), None
        storied(goldens)
        before = content(goldens.root)
        with pytest.MonkeyPatch.context() as monkeypatch:
            faults = Faults(monkeypatch, error, at, dead=dead)
            try:
                goldens.update(Version(version), make_golden(number, key))
            except BaseException as raised:
                caught = raised
        if not faults.failed:
            assert at > 3
            return
        if caught:  # the standard library itself gets over some failures to make a folder that is there
            yield goldens, before, caught


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), PermissionError(errno.EACCES, "Permission denied")],
)
def test_a_full_disk_or_a_read_only_folder_is_one_sentence_and_changes_nothing(
    tmp_path: Path, update: Any, error: OSError
) -> None:
    for goldens, before, caught in failures(tmp_path, update, error, dead=False):
        assert isinstance(caught, ToolError)
        assert str(caught).startswith("cannot ")
        assert str(error.strerror) in str(caught)
        if "cannot write" in str(caught):
            assert content(goldens.root) == before
        folders = [folder for folder in goldens.root.rglob("*") if folder.is_dir()]
        assert all(any(folder.iterdir()) for folder in folders)


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize(
    ("error", "dead"), [(KeyboardInterrupt(), False), (SystemExit(), True), (OSError(5, "gone"), True)]
)
def test_an_update_that_dies_anywhere_leaves_each_version_the_old_or_the_new_and_the_next_one_finishes(
    tmp_path: Path, update: Any, error: BaseException, dead: bool
) -> None:
    version, number, key = update
    reference = Goldens(tmp_path / "reference", SUPPORTED)
    storied(reference)
    old = state(reference, UPDATABLE)
    reference.update(Version(version), make_golden(number, key))
    new = state(reference, UPDATABLE)
    for goldens, _, _ in failures(tmp_path, update, error, dead=dead):
        for place, record in state(goldens, UPDATABLE).items():
            assert record in (old[place], new[place])
            if place[0] in SUPPORTED and place != (Version(version), key):
                assert record == old[place] or old[place] is None
        goldens.update(Version(version), make_golden(number, key))
        assert state(goldens, UPDATABLE) == new
        assert goldens.find_repeats() == ()
        visible = {name: data for name, data in content(goldens.root).items() if name.endswith(".md")}
        assert visible == content(reference.root)


def test_an_interrupt_just_after_the_last_byte_keeps_what_protects_later_versions(
    goldens: Goldens, monkeypatch: pytest.MonkeyPatch
) -> None:
    goldens.update(Version("2.4.1"), make_golden(1))
    true_replace = os.replace

    def replace_and_interrupt(source: Path, target: Path) -> None:
        true_replace(source, target)
        if "2.8.0" in str(target):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace_and_interrupt)
        with pytest.raises(KeyboardInterrupt):
            goldens.update(Version("2.8.0"), make_golden(2))
    assert resolved(goldens, Version("2.8.0")) == make_golden(2).record
    assert resolved(goldens, Version("2.9.1")) == make_golden(1).record


def test_what_a_killed_update_left_beside_a_golden_is_no_golden_and_goes_with_a_later_write(
    goldens: Goldens,
) -> None:
    goldens.update(Version("2.13.0"), make_golden(1))
    folder = goldens.root / "torch-2.13.0/torchbind/none"
    (folder / ".export.md.0a1b.tmp").write_text("half a gol")
    os.utime(folder / ".export.md.0a1b.tmp", (0, 0))
    assert [entry.file.name for entry in goldens.list_stored()] == ["export.md"]
    goldens.update(Version("2.13.0"), make_golden(2))
    assert [file.name for file in folder.iterdir()] == ["export.md"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("a file where the folder belongs")
    with pytest.raises(ToolError, match=r"cannot write .*Not a directory"):
        Goldens(tmp_path / "snapshots", SUPPORTED).update(Version("2.13.0"), make_golden(1))


@pytest.mark.parametrize("damage", [b"<<<<<<< HEAD\n", b"", b"\xff\xfe", b"# half"])
def test_an_unreadable_golden_is_named_and_stops_its_own_update_and_no_other(
    goldens: Goldens, damage: bytes
) -> None:
    goldens.update(Version("2.4.1"), make_golden(1))
    goldens.update(Version("2.13.0"), make_golden(2))
    file = goldens.root / "torch-2.13.0/torchbind/none/export.md"
    file.write_bytes(damage)
    with pytest.raises(GoldenError, match=r"export\.md: "):
        goldens.resolve(*KEYS[0], Version("2.13.0"))
    with pytest.raises(GoldenError, match=r"export\.md: "):
        goldens.update(Version("2.13.0"), make_golden(3))
    assert file.read_bytes() == damage
    assert goldens.update(Version("2.10.0"), make_golden(3)).kind is ChangeKind.CHANGED
    assert file.read_bytes() == damage
    assert resolved(goldens, Version("2.9.1")) == make_golden(1).record


def test_a_golden_in_another_s_place_is_named(goldens: Goldens) -> None:
    file = goldens.root / "torch-2.13.0/torchbind/none/export.md"
    file.parent.mkdir(parents=True)
    file.write_bytes(render(make_golden(1, KEYS[2])))
    with pytest.raises(GoldenError, match="it is the golden of other/none by export"):
        goldens.resolve(*KEYS[0], Version("2.13.0"))


# --- lists


def test_a_listing_reads_every_golden_and_reports_those_that_it_cannot_read(goldens: Goldens) -> None:
    for version, key in (("2.13.0", KEYS[0]), ("2.4.1", KEYS[1]), ("2.10.0", KEYS[2])):
        goldens.update(Version(version), make_golden(1, key))
    (goldens.root / "torch-2.10.0/other/none/export.md").write_text("<<<<<<< HEAD\n")
    for stray in ("README.md", "torch-2.13/a/b.md", "torch-2.13.0/torchbind/none/notes.txt"):
        (goldens.root / stray).parent.mkdir(parents=True, exist_ok=True)
        (goldens.root / stray).write_text("stray")
    listing = goldens.read_all()
    assert [(str(entry.version), *entry.key) for entry in listing.goldens] == [
        ("2.4.1", *KEYS[1]),
        ("2.13.0", *KEYS[0]),
    ]
    assert [(entry.stored.key, "conflict marker" in entry.problem) for entry in listing.unreadable] == [
        (KEYS[2], True)
    ]


def test_unused_goldens_are_those_whose_case_and_path_nobody_expects(goldens: Goldens) -> None:
    for version, number, key in (("2.13.0", 1, KEYS[0]), ("2.4.1", 1, KEYS[1]), ("2.13.0", 2, KEYS[1])):
        goldens.update(Version(version), make_golden(number, key))
    assert [str(entry.version) for entry in goldens.find_unused({KEYS[0]})] == ["2.4.1", "2.13.0"]
    goldens.remove(entry.file for entry in goldens.find_unused({KEYS[0]}))
    assert sorted(content(goldens.root)) == ["torch-2.13.0/torchbind/none/export.md"]
    assert [entry.name for entry in goldens.root.iterdir()] == ["torch-2.13.0"]


def test_only_goldens_can_be_removed_and_none_is_where_one_of_them_is_not(
    goldens: Goldens, tmp_path: Path
) -> None:
    goldens.update(Version("2.13.0"), make_golden(1))
    (tmp_path / "precious.md").write_text("mine")
    file = goldens.root / "torch-2.13.0/torchbind/none/export.md"
    with pytest.raises(UserError, match=r"precious\.md is not a golden below"):
        goldens.remove([file, tmp_path / "precious.md"])
    assert file.exists()
    assert (tmp_path / "precious.md").exists()


def test_files_are_written_with_the_person_s_own_permissions(goldens: Goldens) -> None:
    before = os.umask(0o027)
    try:
        goldens.update(Version("2.13.0"), make_golden(1))
    finally:
        os.umask(before)
    file = goldens.root / "torch-2.13.0/torchbind/none/export.md"
    assert file.stat().st_mode & 0o777 == 0o640
    assert parse(file.read_bytes()) == make_golden(1)
