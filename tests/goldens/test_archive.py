"""Goldens in an archive of a stranger: only what may be a golden is written, and only below a new folder."""

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_goldens.errors import UserError
from graph_goldens.goldens import archive as archives
from graph_goldens.goldens.archive import is_archive, unpack_goldens

GOLDEN = "snapshots/torch-2.13.0/pack/name/export.md"
Change = Callable[[tarfile.TarInfo], None]


def make_archive(folder: Path, *members: tuple[str, bytes] | tarfile.TarInfo) -> Path:
    file = folder / "goldens.tar.gz"
    with tarfile.open(file, "w:gz") as made:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                made.addfile(member)
            else:
                entry = tarfile.TarInfo(member[0])
                entry.size = len(member[1])
                made.addfile(entry, io.BytesIO(member[1]))
    return file


def unpacked(file: Path) -> dict[str, bytes]:
    with unpack_goldens(file) as folder:
        return {
            str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()
        }


def link(name: str, kind: bytes, target: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def test_goldens_are_unpacked_whether_below_a_folder_or_not(tmp_path: Path) -> None:
    file = make_archive(tmp_path, (GOLDEN, b"a"), ("torch-2.9.1/pack/name/export.md", b"b"))
    assert unpacked(file) == {
        "torch-2.13.0/pack/name/export.md": b"a",
        "torch-2.9.1/pack/name/export.md": b"b",
    }


def test_decisions_about_known_drift_come_along(tmp_path: Path) -> None:
    names = [
        "known/5a8689a642-0123.toml",
        "known/.hidden.toml",
        "known/a/b.toml",
        "known/x.md",
        "known/X Y.toml",
    ]
    file = make_archive(tmp_path, *((f"snapshots/{name}", b"x") for name in names))
    assert unpacked(file) == {names[0]: b"x"}


def test_what_is_no_golden_by_its_place_is_passed_over(tmp_path: Path) -> None:
    others = ["README.md", "snapshots/torch-2.13.0/README.md", "snapshots/other/pack/name/export.md"]
    others += ["snapshots/torch-2.13.0/pack/name/export.txt", "pyproject.toml", ".venv/bin/goldens"]
    assert unpacked(make_archive(tmp_path, *((name, b"x") for name in others))) == {}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
@pytest.mark.parametrize("name", ["snapshots", GOLDEN, "elsewhere"])
def test_a_link_or_device_refuses_the_whole(tmp_path: Path, name: str, kind: bytes) -> None:
    file = make_archive(tmp_path, link(name, kind, "../.venv/bin"), (GOLDEN, b"a"))
    with pytest.raises(UserError, match="which is a link or a device; only files and folders are read"):
        unpacked(file)


@pytest.mark.parametrize(
    "name", ["/etc/x.md", "../x.md", "snapshots/../../x.md", "torch-2.13.0/../../../x/y.md"]
)
def test_a_name_that_leads_out_refuses_the_whole(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="which is not the name of a file below its folder"):
        unpacked(make_archive(tmp_path, (name, b"x")))


@pytest.mark.parametrize("name", [GOLDEN, f"{GOLDEN}/name/export.md"])
def test_a_file_that_comes_twice_or_is_a_folder_too_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="twice, or as a file and as a folder"):
        unpacked(make_archive(tmp_path, (GOLDEN, b"a"), (name, b"b")))


def test_what_is_too_large_is_refused_before_it_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_archive(tmp_path, (GOLDEN, b"\0" * 100_000))
    monkeypatch.setattr(archives, "LARGEST", 50_000)
    with pytest.raises(UserError, match="more than a golden may have"):
        unpacked(file)
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 60_000)
    with pytest.raises(UserError, match="the most an archive may have"):
        unpacked(file)


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    names = [f"snapshots/torch-2.13.0/pack/name/{number}.md" for number in range(3)]
    with pytest.raises(UserError, match="more than 2 members"):
        unpacked(make_archive(tmp_path, *((name, b"x") for name in names)))


@given(st.binary(max_size=300), st.booleans())
def test_anything_else_is_refused_in_a_sentence(data: bytes, packed: bool) -> None:
    file = Path("any.tar.gz")
    with pytest.MonkeyPatch.context() as patch:
        content = gzip.compress(data) if packed else data
        patch.setattr(Path, "open", lambda *_: io.BytesIO(content))
        said = refusal_of(file)
    assert said is None or said.startswith("any.tar.gz ")


def refusal_of(file: Path) -> str | None:
    """Why an archive is refused; None where it is one, of nothing."""
    try:
        return None if unpacked(file) == {} else "it holds something"
    except UserError as error:
        return str(error)


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    file = make_archive(tmp_path, (GOLDEN, bytes(range(256)) * 40))
    whole = file.read_bytes()
    for at in range(0, len(whole), 17):
        file.write_bytes(whole[:at])
        with pytest.raises(UserError):
            unpacked(file)


def test_a_folder_is_no_archive_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").mkdir()
    assert not is_archive(tmp_path / "x.tar.gz")
    assert is_archive(tmp_path / "y.tgz")
