"""What lies below the goldens and is none: links are refused in one place, other files are left alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.version import Version

from graph_goldens.errors import UserError
from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.records import Outcome, Record

VERSION = Version("2.13.0")
KEY = Key("pack/name", "export")


def golden(key: Key = KEY, reason: str = "") -> Golden:
    return Golden(Record(key.case, key.path, Outcome.ERROR, reason))


@pytest.fixture
def goldens(tmp_path: Path) -> Goldens:
    made = Goldens(tmp_path / "snapshots", (VERSION,))
    made.update(VERSION, golden())
    return made


def link_overlay(goldens: Goldens) -> Path:
    return goldens.root / "torch-2.13.0"


def link_case(goldens: Goldens) -> Path:
    return link_overlay(goldens) / "pack" / "name"


def link_file(goldens: Goldens) -> Path:
    return link_case(goldens) / "export.md"


PLACES = pytest.mark.parametrize("place", [link_overlay, link_case, link_file])
Place = Callable[[Goldens], Path]


@pytest.fixture
def behind(tmp_path: Path) -> Path:
    return tmp_path / "behind"


def put_behind(link: Path, behind: Path) -> dict[Path, bytes]:
    """Move what lies at a place elsewhere, link to it, and return the bytes that lie there."""
    link.rename(behind)
    link.symlink_to(behind)
    return {file: file.read_bytes() for file in [behind, *behind.rglob("*")] if file.is_file()}


@PLACES
def test_nothing_is_listed_read_written_or_removed_behind_a_link(
    goldens: Goldens, behind: Path, place: Place
) -> None:
    link = place(goldens)
    before = put_behind(link, behind)
    actions: list[Callable[[], object]] = [
        goldens.list_stored,
        lambda: goldens.resolve(*KEY, VERSION),
        lambda: goldens.update(VERSION, golden(reason="other")),
        lambda: goldens.find_unused(()),
        lambda: goldens.remove([link_file(goldens)]),
    ]
    for action in actions:
        with pytest.raises(UserError, match=r"is a link, and goldens lie in folders and files of their own"):
            action()
    assert {file: file.read_bytes() for file in before} == before
    assert link.is_symlink()


@PLACES
def test_a_link_to_nothing_is_refused_too(goldens: Goldens, behind: Path, place: Place) -> None:
    link = place(goldens)
    put_behind(link, behind)
    behind.rename(behind.with_name("gone"))
    with pytest.raises(UserError, match="is a link"):
        goldens.update(VERSION, golden(reason="other"))


def test_files_that_are_no_goldens_by_place_or_first_line_are_left_alone_and_named(goldens: Goldens) -> None:
    overlay = link_overlay(goldens)
    others = [overlay / "README.md", overlay / "pack" / "README.md", overlay / "pack" / "name" / "README.md"]
    others.append(overlay / "pack" / "name" / "notes.txt")
    for file in others:
        file.write_text("# pack/name · README is not a golden\n")
    assert set(goldens.find_other_files()) == set(others)
    assert [entry.key for entry in goldens.find_unused(())] == [KEY]
    for file in others:
        with pytest.raises(UserError, match="is not a golden below"):
            goldens.remove([file])
    goldens.remove([link_file(goldens)])
    assert all(file.exists() for file in others)
