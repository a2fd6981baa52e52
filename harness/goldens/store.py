"""The goldens of a project: which holds for a version, and how one is replaced and no other touched."""

import enum
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from harness.errors import ToolError, UserError
from harness.goldens.files import reading, remove_file, write_whole
from harness.goldens.overlays import Key, Stored, column, golden_file, overlays, stored
from harness.goldens.parsing import parse
from harness.goldens.text import Golden, GoldenError, equal_but_for_reason, header_source, render
from harness.versions import newest_not_after, oldest_after, public_version

LARGEST = 256 << 20

_HEADER_BYTES = 1024


class ChangeKind(enum.Enum):
    """What an update did to what a version resolves to."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Change:
    """What an update did.

    Attributes:
        kind: what became of the golden that the version resolves to.
        before: what the version resolved to before.
        file: the file that it resolves to now.
        written: the files that were written, in that order.
        removed: the files that were removed because they repeated what they would fall back to.
    """

    kind: ChangeKind
    before: Golden | None
    file: Path
    written: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """A golden's file that cannot be read, and why in a sentence."""

    stored: Stored
    problem: str


@dataclass(frozen=True)
class Listing:
    """Every golden on disk: those that can be read, and those that cannot."""

    goldens: tuple[Stored, ...]
    unreadable: tuple[Unreadable, ...]


@dataclass(frozen=True)
class Goldens:
    """The goldens below a folder.

    A golden resolves for a version to the newest overlay that is not newer and holds its file. Nothing here
    takes the lock: the caller that writes must hold `update_lock`.

    Attributes:
        root: the folder; it may not exist yet.
        supported: the versions whose goldens an update of another version must leave as they are. Versions
            that have an overlay count as well.
    """

    root: Path
    supported: Sequence[Version]

    def where(self, case: str, path: str, version: Version) -> Path | None:
        """Find the file that a golden resolves to for a version, or None where there is none.

        Raises:
            UserError: the names cannot name a golden.
        """
        key = Key(case, path)
        held = newest_not_after(column(self.root, key), version)
        return golden_file(self.root, held, key) if held else None

    def location(self, case: str, path: str, version: Version) -> Path:
        """Build the path at which a version's own golden lies or would lie."""
        return golden_file(self.root, version, Key(case, path))

    def resolve(self, case: str, path: str, version: Version) -> Golden | None:
        """Read what a golden resolves to for a version, or None where there is none.

        Raises:
            GoldenError: the file does not hold a golden of that case and path.
            ToolError: the file cannot be read.
        """
        file = self.where(case, path, version)
        return self._golden(file, (case, path)) if file else None

    def update(self, version: Version, golden: Golden) -> Change:
        """Make a version resolve to a golden, and change what no other watched version resolves to.

        Watched are the supported versions and those that have an overlay. Where the next of them has fallen
        back to what is replaced, that is first written there too. Versions that resolved to nothing fall
        back to the new golden from then on. Files that now repeat what they would fall back to are removed
        last. So an update that dies between two of its writes leaves every watched version with its old
        golden or its new one, and the next update of the same golden finishes the work. A golden that
        equals what is there, reason apart, is not written.

        Raises:
            GoldenError: what the version resolves to now cannot be read, or the new one holds an empty name.
            ToolError: the file system fails; nothing has changed then, or all but the removal of repeats
                is done.
        """
        key = Key(*golden.record.key)
        data = render(golden)
        before = self.resolve(key.case, key.path, version)
        kind = _kind(before, data)
        written = self._replace(key, version, data) if kind is not ChangeKind.UNCHANGED else ()
        removed = tuple(self._drop_repeats(key, version))
        file = self.where(key.case, key.path, version) or golden_file(self.root, version, key)
        return Change(kind, before, file, tuple(f for f in written if f not in removed), removed)

    def listing(self) -> Listing:
        """Read every golden on disk; those that cannot be read are reported."""
        goldens, unreadable = [], []
        for entry in stored(self.root):
            try:
                self._golden(entry.file, entry.key)
                goldens.append(entry)
            except (UserError, ToolError) as error:
                unreadable.append(Unreadable(entry, str(error)))
        return Listing(tuple(goldens), tuple(unreadable))

    def stored(self) -> tuple[Stored, ...]:
        """List every golden's file, oldest overlay first, without reading any."""
        return tuple(stored(self.root))

    def unused(self, expected: Collection[tuple[str, str]]) -> tuple[Stored, ...]:
        """Find the goldens whose case and tracing path are not among the expected ones."""
        return tuple(entry for entry in stored(self.root) if entry.key not in expected)

    def repeats(self) -> tuple[Stored, ...]:
        """Find the goldens that repeat what they would fall back to; only an update that died leaves any."""
        return tuple(entry for entry in stored(self.root) if self._repeats(Key(*entry.key), entry.version))

    def remove(self, files: Iterable[Path]) -> None:
        """Delete goldens. Only pruning may call this, with goldens that a complete run proved unused.

        Raises:
            UserError: one of the files is not a golden of this folder; none is deleted then.
            ToolError: the file system reports an error.
        """
        files = tuple(files)
        known = {entry.file for entry in stored(self.root)}
        if foreign := [file for file in files if file not in known]:
            raise UserError(f"{foreign[0]} is not a golden below {self.root}")
        for file in files:
            remove_file(file, self.root)

    def source(self, file: Path) -> str:
        """Read the digest of the case's source that a golden was captured from, without reading it whole.

        Raises:
            ToolError: the file cannot be read.
        """
        with reading(file), file.open("rb") as stream:
            return header_source(stream.read(_HEADER_BYTES))

    def _golden(self, file: Path, key: tuple[str, str]) -> Golden:
        golden = parse(_read(file), str(file))
        if golden.record.key != key:
            case, path = golden.record.key
            raise GoldenError(f"{file}: it is the golden of {case} by {path}, so it lies in the wrong place")
        return golden

    def _replace(self, key: Key, version: Version, data: bytes) -> tuple[Path, ...]:
        file = golden_file(self.root, version, key)
        with self._pinned(key, version) as pins:
            write_whole(file, data, self.root)
        return (*pins, file)

    @contextmanager
    def _pinned(self, key: Key, version: Version) -> Iterator[tuple[Path, ...]]:
        """Write what a version resolves to at the next watched one too, where that falls back to it.

        Where what follows fails, the pin goes again, unless it has come to hold something of its own: a
        signal may come when the last byte is just in place.
        """
        pin = self._next_falling_back(key, version)
        if pin is None:
            yield ()
            return
        now, after = pin
        file = golden_file(self.root, after, key)
        write_whole(file, _read(golden_file(self.root, now, key)), self.root)
        try:
            yield (file,)
        except BaseException:
            with suppress(ToolError):
                if self._repeats(key, after):
                    remove_file(file, self.root)
            raise

    def _next_falling_back(self, key: Key, version: Version) -> tuple[Version, Version] | None:
        """Find the overlay that a version resolves to, and the next watched version if that has none."""
        held = column(self.root, key)
        now = newest_not_after(held, version)
        after = oldest_after({*map(public_version, self.supported), *overlays(self.root)}, version)
        return (now, after) if now and after and after not in held else None

    def _drop_repeats(self, key: Key, version: Version) -> Iterator[Path]:
        after = oldest_after(column(self.root, key), version)
        for candidate in (public_version(version), after):
            if candidate and self._repeats(key, candidate):
                file = golden_file(self.root, candidate, key)
                remove_file(file, self.root)
                yield file

    def _repeats(self, key: Key, version: Version) -> bool:
        held = column(self.root, key)
        fallback = newest_not_after((other for other in held if other < version), version)
        if version not in held or fallback is None:
            return False
        files = (golden_file(self.root, each, key) for each in (version, fallback))
        return equal_but_for_reason(*map(_read, files))


def _kind(before: Golden | None, data: bytes) -> ChangeKind:
    if before is None:
        return ChangeKind.CREATED
    return ChangeKind.UNCHANGED if equal_but_for_reason(render(before), data) else ChangeKind.CHANGED


def _read(file: Path) -> bytes:
    """Read a golden's file, which may be any file, only as far as the largest golden goes."""
    with reading(file):
        if file.stat().st_size > LARGEST:
            raise GoldenError(f"{file} is larger than {LARGEST >> 20} MiB, the most a golden may have")
        return file.read_bytes()
