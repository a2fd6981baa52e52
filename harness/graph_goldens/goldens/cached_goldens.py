"""Goldens as they are now, for a command that writes none: folders are listed once, and files read once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from packaging.version import Version

from graph_goldens.goldens.format import Golden
from graph_goldens.goldens.overlays import StoredGolden
from graph_goldens.goldens.store import Goldens
from graph_goldens.keys import Key, make_golden_key
from graph_goldens.versions import find_newest_not_after


@dataclass(frozen=True)
class FixedGoldens(Goldens):
    """Goldens that nothing writes while this is in use; a full check asks for each many times.

    Later writes are not noticed, so an update must not use this.
    """

    _read: dict[Path, Golden] = field(default_factory=dict, init=False, repr=False, compare=False)
    _found: dict[tuple[str, str, Version], Path | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def find_file(self, case: str, path: str, version: Version) -> Path | None:
        """Find the file that a golden resolves to for a version, or None where there is none."""
        asked = (case, path, version)
        if asked not in self._found:
            files = self._files.get(make_golden_key(case, path), {})
            held = find_newest_not_after(files, version)
            self._found[asked] = files[held] if held else None
        return self._found[asked]

    def resolve(self, case: str, path: str, version: Version) -> Golden | None:
        """Read what a golden resolves to for a version, or None where there is none."""
        file = self.find_file(case, path, version)
        if file is None:
            return None
        if file not in self._read:
            self._read[file] = self.read_golden(file, Key(case, path))
        return self._read[file]

    def list_stored(self) -> tuple[StoredGolden, ...]:
        """List every golden's file, oldest overlay first, without reading any."""
        return self._stored

    @cached_property
    def _stored(self) -> tuple[StoredGolden, ...]:
        return super().list_stored()

    @cached_property
    def _files(self) -> Mapping[Key, Mapping[Version, Path]]:
        found: dict[Key, dict[Version, Path]] = defaultdict(dict)
        for entry in self._stored:
            found[entry.key][entry.version] = entry.file
        return found
