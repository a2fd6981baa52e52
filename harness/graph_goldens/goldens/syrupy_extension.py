"""Goldens as syrupy's storage, so that a pytest test says `assert record == snapshot`.

syrupy's own cleaning up is out of reach here: nothing is ever discovered as unused and nothing can be
deleted, since syrupy would delete the goldens of tests that failed early and of other versions.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from packaging.version import Version
from syrupy.data import SnapshotCollection, SnapshotCollections
from syrupy.extensions.base import AbstractSyrupyExtension
from syrupy.location import PyTestLocation
from syrupy.terminal import context_style, received_style, reset, snapshot_style
from syrupy.types import SerializableData, SerializedData, SnapshotIndex
from typing_extensions import override

from graph_goldens.drift.compare import compare
from graph_goldens.drift.drift import Drift
from graph_goldens.drift.text.line_diff import DiffLine, LineKind, diff_lines
from graph_goldens.errors import ToolError, UserError
from graph_goldens.files import clear_empty_folders
from graph_goldens.goldens.format import Golden, render
from graph_goldens.goldens.reader import parse
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key
from graph_goldens.records import Record
from graph_goldens.words import make_visible

MOST_LINES = 60

_STYLES: dict[LineKind, Callable[[str | int], str]] = {
    LineKind.HEADER: context_style,
    LineKind.CONTEXT: context_style,
    LineKind.REMOVED: snapshot_style,
    LineKind.ADDED: received_style,
}


def _ignore_nothing(_: Drift) -> bool:
    return False


@dataclass(frozen=True)
class Binding:
    """What an extension reads goldens from, and what writes them.

    Attributes:
        goldens: the goldens.
        version: the PyTorch version of the records.
        write: makes the version resolve to a record; an update calls it.
        exact: whether a record that differs from its golden in `source` alone differs; an update wants that.
        hint: a last line for each failure, such as the command that accepts the record.
        ignores: whether a drift counts as none.
    """

    goldens: Goldens
    version: Version
    write: Callable[[Record], object]
    exact: bool = False
    hint: str = ""
    ignores: Callable[[Drift], bool] = _ignore_nothing


class _Problem(str):
    """Why a golden cannot be read, in the place of its text."""

    __slots__ = ()


class GoldenExtension(AbstractSyrupyExtension):
    """Goldens of one version as syrupy's storage; `make_extension` binds it to them."""

    binding: ClassVar[Binding]
    write_immediately = True
    file_extension = "md"

    @override
    def serialize(self, data: SerializableData, **kwargs: Any) -> SerializedData:
        """Render a record as the text of a golden without a reason."""
        if not isinstance(data, Record):
            raise UserError(f"a golden holds a record, and the test passed a {type(data).__name__}")
        return render(Golden(data)).decode()

    @override
    def matches(self, *, serialized_data: SerializableData, snapshot_data: SerializableData) -> bool:
        """Whether a record and its golden are equal, by default apart from the case's source."""
        same = bool(serialized_data == snapshot_data)
        if same or isinstance(snapshot_data, _Problem):
            return same
        record, golden = _parse_record(serialized_data), _parse_record(snapshot_data)
        if record.key != golden.key:
            return False
        drift = compare(golden, record)
        return self.binding.ignores(drift) if drift else not self.binding.exact

    @override
    def diff_lines(self, serialized_data: SerializedData, snapshot_data: SerializedData) -> Iterator[str]:
        """Yield the drift's edits and the lines that differ, styled, at most `MOST_LINES` of them."""
        if isinstance(snapshot_data, _Problem):
            yield reset(make_visible(snapshot_data))
            return
        yield from _spell_difference(_parse_record(serialized_data), str(snapshot_data))
        if self.binding.hint:
            yield reset(self.binding.hint)

    @classmethod
    @override
    def get_location(cls, *, test_location: PyTestLocation, index: SnapshotIndex, **kwargs: Any) -> str:
        """Find the file that the golden resolves to, or in which it would be put."""
        case, path = _read_test_key(test_location, index)
        goldens, version = cls.binding.goldens, cls.binding.version
        return str(goldens.find_file(case, path, version) or goldens.locate_own(case, path, version))

    @classmethod
    @override
    def dirname(cls, **kwargs: Any) -> str:
        """Return the folder of goldens, whatever the test's own folder is."""
        return str(cls.binding.goldens.root)

    @classmethod
    @override
    def matches_test_location(cls, **kwargs: Any) -> bool:
        """Accept any location for any test: goldens lie beside the tests, and names do not relate the two."""
        return True

    @override
    def is_snapshot_location(self, *, location: str, **kwargs: Any) -> bool:
        """Claim no file, so that none is taken for unused."""
        return False

    @override
    def discover_snapshots(self, **kwargs: Any) -> SnapshotCollections:
        """Find nothing: what is not found is neither reported as unused nor deleted."""
        return SnapshotCollections()

    @override
    def read_snapshot_collection(self, *, snapshot_location: str, **kwargs: Any) -> SnapshotCollection:
        """List nothing, as `discover_snapshots`."""
        return SnapshotCollection(location=snapshot_location)

    @override
    def delete_snapshots(self, *, snapshot_location: str, **kwargs: Any) -> None:
        """Refuse: only pruning deletes goldens."""
        raise ToolError(f"{snapshot_location} stays: only `goldens prune` deletes goldens")

    @override
    def read_snapshot_data_from_location(
        self, *, snapshot_location: str, **kwargs: Any
    ) -> SerializedData | None:
        """Read the text of a golden without its reason; None where there is none."""
        case, path = self._read_stored_key(snapshot_location)
        try:
            golden = self.binding.goldens.resolve(case, path, self.binding.version)
        except (UserError, ToolError) as error:
            return _Problem(error)
        return render(Golden(golden.record)).decode() if golden else None

    @classmethod
    @override
    def write_snapshot_collection(cls, *, snapshot_collection: SnapshotCollection, **kwargs: Any) -> None:
        """Update the version's golden, at once."""
        binding, location = cls.binding, snapshot_collection.location
        try:
            for snapshot in snapshot_collection:
                record = _parse_record(snapshot.data)
                if record.key != cls._read_stored_key(location):
                    raise UserError(f"the test of {location} passed the record of {' by '.join(record.key)}")
                binding.write(record)
        finally:
            # syrupy makes the folder before it calls this, even where nothing is written to it.
            clear_empty_folders(Path(location).parent, binding.goldens.root)

    @classmethod
    def _read_stored_key(cls, location: str) -> Key:
        _, *case, file = Path(location).relative_to(cls.binding.goldens.root).parts
        return Key("/".join(case), file.removesuffix(f".{cls.file_extension}"))


def make_extension(binding: Binding) -> type[GoldenExtension]:
    """Make the extension class for some goldens and a version, for `snapshot.use_extension`.

    A test names its golden as `case/path` at the end of its parameters' id,
    `test_golden[torchbind/none/export]`, or by `snapshot(name="torchbind/none/export")`.
    """
    return type("BoundGoldenExtension", (GoldenExtension,), {"binding": binding})


def _read_test_key(test_location: PyTestLocation, index: SnapshotIndex) -> Key:
    identity = test_location.testname.partition("[")[2].removesuffix("]")
    case, slash, path = (index if isinstance(index, str) else identity).rpartition("/")
    if not slash:
        raise UserError(
            f"{test_location.testname} does not name a golden as `case/path` in its parameters' id"
        )
    return Key(case, path)


def _parse_record(text: object) -> Record:
    return parse(str(text).encode()).record


def _spell_difference(record: Record, golden: str) -> Iterator[str]:
    if not golden:
        names = ", ".join(artifact.name for artifact in record.artifacts)
        yield reset(make_visible(f"new: {record.outcome.value} {record.reason} {names}"))
        return
    accepted = _parse_record(golden)
    if accepted.key != record.key:
        yield reset(f"this is the record of {' by '.join(record.key)}, not of {' by '.join(accepted.key)}")
    elif drift := compare(accepted, record):
        yield from _spell_drift(drift)
    else:
        yield reset("only the case's source differs: the golden is from an older revision of the case")


def _spell_drift(drift: Drift) -> Iterator[str]:
    yield reset(f"{drift.kind.value} ({drift.severity.value})")
    yield from (reset(make_visible(f"  {edit.where}: {edit.sentence}")) for edit in drift.edits)
    lines = list(_spell_texts(drift))
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield reset(f"… and {len(lines) - MOST_LINES} more lines")


def _spell_texts(drift: Drift) -> Iterator[str]:
    for text in drift.texts:
        yield reset(make_visible(f"{text.name}:"))
        yield from (_style_line(line) for line in diff_lines(text.old, text.new))


def _style_line(line: DiffLine) -> str:
    return _STYLES[line.kind](make_visible(f"{line.kind.value} {line.text}"))
