"""What a worker says about itself and its cases, read from its lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from graph_goldens.cases.mistakes import Mistake
from graph_goldens.cases.packs import LeftOut
from graph_goldens.json_reading import JsonError, convert_json, read_json_as
from graph_goldens.keys import Key
from graph_goldens.record_bounds import admit_capture, parse_finite_json
from graph_goldens.records import Capture, RecordError

T = TypeVar("T")

IMPORTING, BUILDING = "importing", "building"


class MessageError(ValueError):
    """A line is not what a worker says at this point."""


@dataclass(frozen=True)
class Hello:
    """What a worker says when it has imported torch.

    Attributes:
        torch: PyTorch's version with its local part.
        git: the commit that PyTorch was built from.
        debug: whether PyTorch is a debug build.
        cuda: the CUDA version that PyTorch was built with, None without.
        python: Python's version.
        platform: such as `Linux-x86_64`.
        switches: PyTorch's switches that change graphs, with their values.
        paths: the names of all tracing paths, in their order.
        rules: version of the normalisation rules.
    """

    torch: str
    git: str
    debug: bool
    cuda: str | None
    python: str
    platform: str
    switches: Mapping[str, bool | int | float | str | None]
    paths: tuple[str, ...]
    rules: int


@dataclass(frozen=True)
class ListedCase:
    """A case as a worker lists it.

    Attributes:
        case: full name, `pack/name`.
        paths: the tracing paths that apply to it.
        source: digest of its source.
        file: the module that defines it, relative to the folder of cases.
        line: the line of its definition, from 1.
    """

    case: str
    paths: tuple[str, ...]
    source: str
    file: str
    line: int


@dataclass(frozen=True)
class ListedPath:
    """An own tracing path as a worker lists it.

    Attributes:
        name: its name.
        file: where it was found: a module, relative to the folder of cases, a setting, or a package.
        line: the line of its definition, from 1; 0 where that is elsewhere.
        module: the name of the module that it was found in.
        after: the tracing path behind which it is listed; the last where empty.
        packs: the packs whose cases go through it; all where empty.
    """

    name: str
    file: str
    line: int
    module: str
    after: str
    packs: tuple[str, ...]


@dataclass(frozen=True)
class CaseListing:
    """The cases of a folder.

    Attributes:
        cases: those that can be used.
        mistakes: why others cannot be.
        left_out: files that look like case modules and are none.
        modules: file of each module that belongs to the project or to nobody that is known, by its name.
        reads: mark of each file that was imported or read, by its absolute path.
        unnamed: what else was asked that no mark can name, such as another program, in words.
        build_reads: mark of each other file that was read when the cases were built to list them; a capture
            builds its case itself, and says what it read for that.
        build_unnamed: what else was asked then.
        own_paths: the project's own tracing paths.
    """

    cases: tuple[ListedCase, ...]
    mistakes: tuple[Mistake, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    modules: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    build_reads: Mapping[str, str] = field(default_factory=dict)
    build_unnamed: tuple[str, ...] = ()

    @property
    def all_reads(self) -> dict[str, str]:
        """The mark of each file that the list depends on."""
        return {**self.build_reads, **self.reads}

    own_paths: tuple[ListedPath, ...] = ()

    @property
    def keys(self) -> list[Key]:
        """Each case with each tracing path that applies to it."""
        return [Key(case.case, path) for case in self.cases for path in case.paths]


@dataclass(frozen=True)
class _Greeting:
    """The first line of a worker."""

    hello: Hello


@dataclass(frozen=True)
class _Step:
    """A line before a worker lists its cases: the module that it imports next, or a case that it built."""

    importing: str = ""
    building: str = ""


@dataclass(frozen=True)
class SharedReads:
    """What a worker itself has read for all captures that it sends from then on; each adds its own.

    Attributes:
        reads: what each file was like when it was read.
        unnamed: what else was asked that no mark can name.
    """

    reads: Mapping[str, str] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()

    def add_to(self, capture: Capture) -> Capture:
        """Return a capture with all that was read for it."""
        unnamed = (*self.unnamed, *capture.unnamed)
        return replace(capture, reads={**self.reads, **capture.reads}, unnamed=unnamed)


@dataclass(frozen=True)
class _Answer:
    """A line of a worker's answer; the last is done and has no capture.

    The capture is as its child wrote it, and what the worker says of the child's output stands beside it.
    """

    capture: Any = None
    log: str = ""
    shared: SharedReads | None = None
    done: bool = False


def read_hello(line: bytes) -> Hello:
    """Read the first line of a worker.

    Raises:
        MessageError: it is something else.
    """
    return _read(line, _Greeting).hello


def read_step(line: bytes) -> tuple[str, str] | None:
    """Read what a worker is doing before it lists its cases; None where the line says something else.

    Returns:
        `importing` and the case module that is about to be imported, or `building` and a case that was built.

    Raises:
        MessageError: it is nothing that a worker says.
    """
    step = _read(line, _Step)
    if step.importing:
        return IMPORTING, step.importing
    return (BUILDING, step.building) if step.building else None


def read_listing(line: bytes) -> CaseListing:
    """Read a worker's cases, which come once it has imported all case modules.

    Raises:
        MessageError: it is something else.
    """
    return _read(line, CaseListing)


def read_answer(line: bytes) -> Capture | SharedReads | None:
    """Read one line of a worker's answer to a request; None at the answer's end.

    Raises:
        MessageError: it is something else.
    """
    try:
        answer = convert_json(parse_finite_json(line), _Answer)
        if answer.done or answer.shared:
            return answer.shared
        return replace(admit_capture(answer.capture), log=answer.log)
    except (JsonError, RecordError) as error:
        raise MessageError(str(error)) from None


def _read(line: bytes, kind: type[T]) -> T:
    try:
        return read_json_as(line, kind)
    except JsonError as error:
        raise MessageError(str(error)) from None
