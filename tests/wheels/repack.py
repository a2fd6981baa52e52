"""Repack a real wheel of PyTorch as nightlies, in which a text of one file differs from some date on.

They are real wheels to try out, on a machine without an index of nightlies, what searches among versions.
Each takes seconds to make and no more room than the original: what stays the same is not compressed again.

    python tests/wheels/repack.py torch-2.13.0+cpu-cp311-….whl --folder wheels --first 2.14.0.dev20260901 \
        --days 6 --since 20260904 --file torch/_decomp/decompositions.py --old 'a text' --new 'another'
"""

import argparse
import base64
import datetime
import hashlib
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """A text that stands once in a file of the wheel, and what takes its place."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Wheel:
    """A wheel's file, and what its name says."""

    file: Path

    @property
    def parts(self) -> list[str]:
        """The package's name, its version, and the tags."""
        return self.file.name.split("-")

    @property
    def info(self) -> str:
        """The folder in it that describes it."""
        return f"{self.parts[0]}-{self.parts[1]}.dist-info/"

    def named(self, version: str, folder: Path) -> "Wheel":
        """Give the wheel of another version in a folder."""
        name, _, *tags = self.parts
        return Wheel(folder / "-".join([name, version, *tags]))


def repack(original: Path, folder: Path, version: str, edit: Edit | None = None) -> Path:
    """Write a wheel that is a PyTorch of another version, perhaps with an edit, and give its file.

    Its git version is a digest of what was done, so that no two builds are taken for one.
    """
    old, folder = Wheel(original), folder.resolve()
    new = old.named(version, folder)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{new.file.name}.making"
    try:
        shutil.copyfile(original, draft)
        with zipfile.ZipFile(draft, "a", zipfile.ZIP_DEFLATED) as archive:
            _change(archive, old, new, edit)
        draft.replace(new.file)
    finally:
        draft.unlink(missing_ok=True)
    return new.file


def _change(archive: zipfile.ZipFile, old: Wheel, new: Wheel, edit: Edit | None) -> None:
    """Replace what differs: the version's file, what is edited, and the folder that describes the wheel."""
    package = old.parts[0]
    record = f"{old.info}RECORD"
    rows = dict(_rows(archive.read(record).decode()))
    rules = {
        f"{package}/version.py": _version_rules(new.parts[1], f"{old.file.name} {new.parts[1]} {edit}"),
        f"{old.info}METADATA": {"^Version: .*$": f"Version: {new.parts[1]}"},
    }
    written = {}
    for name in _affected(archive, old, edit):
        content = archive.read(name)
        if edit and edit.file == name:
            content = _edited(content, edit)
        for line, text in rules.get(name, {}).items():
            content = _with_line(content, name, line, text)
        _drop(archive, name)
        rows.pop(name, None)
        if name != record:
            written[name.replace(old.info, new.info, 1)] = content
    for name, content in written.items():
        archive.writestr(name, content)
        rows[name] = _row(name, content)
    record = f"{new.info}RECORD"
    archive.writestr(record, "".join(f"{row}\n" for row in [*rows.values(), f"{record},,"]))


def _affected(archive: zipfile.ZipFile, wheel: Wheel, edit: Edit | None) -> list[str]:
    edited = [edit.file] if edit else []
    wanted = [f"{wheel.parts[0]}/version.py", *edited]
    names = archive.namelist()
    for name in wanted:
        if name not in names:
            sys.exit(f"{wheel.file.name} holds no {name}")
    return [name for name in names if name in wanted or name.startswith(wheel.info)]


def _version_rules(version: str, done: str) -> Mapping[str, str]:
    digest = hashlib.sha1(done.encode(), usedforsecurity=False).hexdigest()
    return {
        "^__version__ = .*$": f"__version__ = {version!r}",
        "^git_version = .*$": f"git_version = {digest!r}",
    }


def _with_line(content: bytes, name: str, line: str, text: str) -> bytes:
    changed, count = re.subn(line, lambda _: text, content.decode(), count=1, flags=re.MULTILINE)
    if not count:
        sys.exit(f"{name} has no line {line}")
    return changed.encode()


def _edited(content: bytes, edit: Edit) -> bytes:
    count = content.count(edit.old.encode())
    if count != 1:
        sys.exit(f"{edit.old!r} stands {count} times in {edit.file}, and must stand there once")
    return content.replace(edit.old.encode(), edit.new.encode())


def _drop(archive: zipfile.ZipFile, name: str) -> None:
    """Forget an entry; its bytes stay behind, and no directory names them."""
    archive.filelist.remove(archive.NameToInfo.pop(name))


def _rows(record: str) -> Iterator[tuple[str, str]]:
    for row in record.splitlines():
        yield row.rsplit(",", 2)[0].strip('"'), row


def _row(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"


def nightlies(first: str, days: int) -> Iterator[tuple[str, str]]:
    """Give the versions of consecutive days, each with its date."""
    found = re.fullmatch(r"(.*\.dev)(\d{8})(\+.*)?", first)
    if not found:
        sys.exit(f"{first} is not a nightly such as 2.14.0.dev20260901")
    start = datetime.datetime.strptime(found[2], "%Y%m%d")
    for day in range(days):
        date = f"{start + datetime.timedelta(days=day):%Y%m%d}"
        yield f"{found[1]}{date}{found[3] or ''}", date


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the wheels."""
    parser = argparse.ArgumentParser(
        description="Repack a wheel of PyTorch as nightlies, edited from a date on."
    )
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--folder", type=Path, required=True, help="where the wheels go")
    parser.add_argument("--first", required=True, help="version of the first, such as 2.14.0.dev20260901")
    parser.add_argument("--days", type=int, default=4, help="how many to make")
    parser.add_argument("--since", required=True, help="date of the first that is edited, such as 20260903")
    parser.add_argument("--file", required=True, help="file to edit, such as torch/_decomp/decompositions.py")
    parser.add_argument("--old", required=True, help="text that stands once in it")
    parser.add_argument("--new", required=True, help="text that takes its place")
    given = parser.parse_args(arguments)
    edit = Edit(given.file, given.old, given.new)
    for version, date in nightlies(given.first, given.days):
        print(repack(given.wheel, given.folder, version, edit if date >= given.since else None))


if __name__ == "__main__":
    main()
