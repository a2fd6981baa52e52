"""The goldens of a project: which holds for a version, and how one is replaced and no other touched."""

import enum
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import explain_read_errors, remove_file, write_whole
from graph_goldens.goldens.format import (
    Golden,
    GoldenError,
    begins_as_golden,
    is_equal_but_for_reason,
    read_header_rules,
    read_header_source,
    render,
)
from graph_goldens.goldens.overlays import (
    StoredGolden,
    list_golden_overlays,
    list_other_files,
    list_overlays,
    list_stored,
    locate_golden,
)
from graph_goldens.goldens.reader import parse
from graph_goldens.keys import Key, make_golden_key
from graph_goldens.versions import find_newest_not_after, find_oldest_after, make_public

LARGEST = 256 << 20

_HEADER_BYTES = 1024


class ChangeKind(enum.Enum):
    """What an update did to what a version resolves to."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class GoldenChange:
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
class UnreadableGolden:
    """A golden's file that cannot be read, and why in a sentence."""

    stored: StoredGolden
    problem: str


@dataclass(frozen=True)
class GoldenListing:
    """Every golden on disk: those that can be read, and those that cannot."""

    goldens: tuple[StoredGolden, ...]
    unreadable: tuple[UnreadableGolden, ...]


@dataclass(frozen=True)
class Goldens:
    """The goldens below a folder.

    A golden resolves for a version to the newest overlay that is not newer and holds its file. Nothing here
    takes the lock: the caller that writes must hold `hold_update_lock`.

    Attributes:
        root: the folder; it may not exist yet.
        supported: the versions whose goldens an update of another version must leave as they are. Versions
            that have an overlay count as well.
    """

    root: Path
    supported: Sequence[Version]

    def find_file(self, case: str, path: str, version: Version) -> Path | None:
        """Find the file that a golden resolves to for a version, or None where there is none.

        Raises:
            UserError: the names cannot name a golden.
        """
        key = make_golden_key(case, path)
        held = find_newest_not_after(list_golden_overlays(self.root, key), version)
        return locate_golden(self.root, held, key) if held else None

    def locate_own(self, case: str, path: str, version: Version) -> Path:
        """Build the path at which a version's own golden lies or would lie."""
        return locate_golden(self.root, version, make_golden_key(case, path))

    def resolve(self, case: str, path: str, version: Version) -> Golden | None:
        """Read what a golden resolves to for a version, or None where there is none.

        Raises:
            GoldenError: the file does not hold a golden of that case and path.
            ToolError: the file cannot be read.
        """
        file = self.find_file(case, path, version)
        return self.read_golden(file, Key(case, path)) if file else None

    def read_golden(self, file: Path, key: Key) -> Golden:
        """Read a golden from the file that it resolves to.

        Raises:
            GoldenError: the file does not hold a golden of that case and path.
            ToolError: the file cannot be read.
        """
        golden = parse(_read(file), str(file))
        if golden.record.key != key:
            case, path = golden.record.key
            raise GoldenError(f"{file}: it is the golden of {case} by {path}, so it lies in the wrong place")
        return golden

    def update(self, version: Version, golden: Golden) -> GoldenChange:
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
        key = make_golden_key(*golden.record.key)
        data = render(golden)
        before = self.resolve(key.case, key.path, version)
        kind = _find_kind(before, data)
        written = self._replace(key, version, data) if kind is not ChangeKind.UNCHANGED else ()
        removed = tuple(self._drop_repeats(key, version))
        file = self.find_file(key.case, key.path, version) or locate_golden(self.root, version, key)
        return GoldenChange(kind, before, file, tuple(f for f in written if f not in removed), removed)

    def read_all(self) -> GoldenListing:
        """Read every golden on disk; those that cannot be read are reported."""
        goldens, unreadable = [], []
        for entry in list_stored(self.root):
            try:
                self.read_golden(entry.file, entry.key)
                goldens.append(entry)
            except (UserError, ToolError) as error:
                unreadable.append(UnreadableGolden(entry, str(error)))
        return GoldenListing(tuple(goldens), tuple(unreadable))

    def list_stored(self) -> tuple[StoredGolden, ...]:
        """List every golden's file, oldest overlay first, without reading any."""
        return tuple(list_stored(self.root))

    def find_unused(self, expected: Collection[Key]) -> tuple[StoredGolden, ...]:
        """Find the goldens whose case and tracing path are not among the expected ones.

        A file that does not begin as the golden that its place says is none, and is not among them.
        """
        left = (entry for entry in list_stored(self.root) if entry.key not in expected)
        return tuple(entry for entry in left if self.begins_as_golden(entry))

    def find_other_files(self) -> tuple[Path, ...]:
        """Find the files in overlays that are no goldens, by their place or by their first line."""
        misnamed = (entry.file for entry in list_stored(self.root) if not self.begins_as_golden(entry))
        return (*list_other_files(self.root), *misnamed)

    def begins_as_golden(self, entry: StoredGolden) -> bool:
        """Whether a file at a golden's place is one by its first line too; no other is ever deleted.

        Raises:
            ToolError: the file cannot be read.
        """
        return begins_as_golden(_read_start(entry.file), entry.key)

    def find_repeats(self) -> tuple[StoredGolden, ...]:
        """Find the goldens that repeat what they would fall back to; only an update that died leaves any."""
        return tuple(
            entry
            for entry in list_stored(self.root)
            if self._is_repeat(make_golden_key(*entry.key), entry.version)
        )

    def remove(self, files: Iterable[Path]) -> None:
        """Delete goldens. Only pruning may call this, with goldens that a complete run proved unused.

        Raises:
            UserError: one of the files is not a golden of this folder; none is deleted then.
            ToolError: the file system reports an error.
        """
        files = tuple(files)
        known = {entry.file for entry in list_stored(self.root) if self.begins_as_golden(entry)}
        if foreign := [file for file in files if file not in known]:
            raise UserError(f"{foreign[0]} is not a golden below {self.root}")
        for file in files:
            remove_file(file, self.root)

    def read_source(self, file: Path) -> str:
        """Read the digest of the case's source that a golden was captured from, without reading it whole.

        Raises:
            ToolError: the file cannot be read.
        """
        return read_header_source(_read_start(file))

    def read_rules(self, file: Path) -> int | None:
        """Read which version of the rules wrote a golden, without reading it whole; None where it tells none.

        Raises:
            ToolError: the file cannot be read.
        """
        return read_header_rules(_read_start(file))

    def rewrite(self, stored: StoredGolden, golden: Golden) -> None:
        """Write a golden's file anew, which must say the same as before in other words.

        Raises:
            ToolError: it cannot be written; the file is as it was then.
        """
        write_whole(stored.file, render(golden), self.root)

    def remove_repeats(self, keys: Collection[Key]) -> None:
        """Remove the files of some goldens that repeat what they would fall back to.

        Raises:
            ToolError: a file cannot be read or removed.
        """
        for key in (make_golden_key(*names) for names in sorted(keys)):
            for version in list_golden_overlays(self.root, key):
                if self._is_repeat(key, version):
                    remove_file(locate_golden(self.root, version, key), self.root)

    def _replace(self, key: Key, version: Version, data: bytes) -> tuple[Path, ...]:
        file = locate_golden(self.root, version, key)
        with self._pin_next(key, version) as pins:
            write_whole(file, data, self.root)
        return (*pins, file)

    @contextmanager
    def _pin_next(self, key: Key, version: Version) -> Iterator[tuple[Path, ...]]:
        """Write what a version resolves to at the next watched one too, where that falls back to it.

        Where what follows fails, the pin goes again, unless it has come to hold something of its own: a
        signal may come when the last byte is just in place.
        """
        pin = self._find_next_falling_back(key, version)
        if pin is None:
            yield ()
            return
        now, after = pin
        file = locate_golden(self.root, after, key)
        write_whole(file, _read(locate_golden(self.root, now, key)), self.root)
        try:
            yield (file,)
        except BaseException:
            with suppress(ToolError):
                if self._is_repeat(key, after):
                    remove_file(file, self.root)
            raise

    def _find_next_falling_back(self, key: Key, version: Version) -> tuple[Version, Version] | None:
        """Find the overlay that a version resolves to, and the next watched version if that has none."""
        held = list_golden_overlays(self.root, key)
        now = find_newest_not_after(held, version)
        after = find_oldest_after({*map(make_public, self.supported), *list_overlays(self.root)}, version)
        return (now, after) if now and after and after not in held else None

    def _drop_repeats(self, key: Key, version: Version) -> Iterator[Path]:
        after = find_oldest_after(list_golden_overlays(self.root, key), version)
        for candidate in (make_public(version), after):
            if candidate and self._is_repeat(key, candidate):
                file = locate_golden(self.root, candidate, key)
                remove_file(file, self.root)
                yield file

    def _is_repeat(self, key: Key, version: Version) -> bool:
        held = list_golden_overlays(self.root, key)
        fallback = find_newest_not_after((other for other in held if other < version), version)
        if version not in held or fallback is None:
            return False
        files = (locate_golden(self.root, each, key) for each in (version, fallback))
        return is_equal_but_for_reason(*map(_read, files))


def _find_kind(before: Golden | None, data: bytes) -> ChangeKind:
    if before is None:
        return ChangeKind.CREATED
    return ChangeKind.UNCHANGED if is_equal_but_for_reason(render(before), data) else ChangeKind.CHANGED


def _read_start(file: Path) -> bytes:
    with explain_read_errors(file), file.open("rb") as stream:
        return stream.read(_HEADER_BYTES)


def _read(file: Path) -> bytes:
    """Read a golden's file, which may be any file, only as far as the largest golden goes."""
    with explain_read_errors(file):
        if file.stat().st_size > LARGEST:
            raise GoldenError(f"{file} is larger than {LARGEST >> 20} MiB, the most a golden may have")
        return file.read_bytes()
