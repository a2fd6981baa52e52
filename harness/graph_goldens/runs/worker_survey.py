"""What a worker said of its environment and its cases, kept for as long as it would say the same."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from graph_goldens.environments.worker_messages import (
    CaseListing,
    Hello,
    MessageError,
    read_hello,
    read_listing,
)
from graph_goldens.errors import ToolError
from graph_goldens.file_marks import Disk
from graph_goldens.keys import Key
from graph_goldens.runs.capture_cache import Dependencies, compute_checksum


@dataclass(frozen=True)
class Survey:
    """What a worker said when it was last asked.

    Attributes:
        hello: what its environment is.
        listing: its cases.
        depends: what all of that depends on but the files of the cases.
        files: digest of each file of the folder of cases, by its path there.
        edited: the file that was saved while the worker read it; empty where none was.
    """

    hello: Hello
    listing: CaseListing
    depends: Dependencies = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    edited: str = ""

    @property
    def keys(self) -> list[Key]:
        """Each case with each tracing path that applies to it."""
        return self.listing.keys

    def holds(self, depends: Dependencies, files: Mapping[str, str], disk: Disk) -> bool:
        """Whether a worker would say the same again."""
        same = self.depends == depends and self.files == files
        named = not self.listing.unnamed and not self.listing.build_unnamed
        return same and named and disk.find_changed(self.listing.all_reads) is None


def save_survey(survey: Survey, file: Path) -> None:
    """Write a survey, whole or not at all.

    Raises:
        ToolError: it cannot be written.
    """
    data = json.dumps(asdict(survey)).encode()
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(compute_checksum(data).encode() + b"\t" + data)
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise ToolError(f"cannot keep the list of cases in {file}: {error.strerror or error}") from None


def load_survey(file: Path) -> Survey | None:
    """Read a survey; one that is damaged counts as missing."""
    try:
        mark, _, data = file.read_bytes().partition(b"\t")
        if compute_checksum(data).encode() != mark:
            return None
        fields = json.loads(data)
        return Survey(
            hello=read_hello(json.dumps({"hello": fields["hello"]}).encode()),
            listing=read_listing(json.dumps(fields["listing"]).encode()),
            depends=dict(fields["depends"]),
            files=dict(fields["files"]),
        )
    except (OSError, ValueError, LookupError, TypeError, RecursionError, MessageError):
        return None
