"""What a worker says about itself and its cases, read from its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from graph_goldens.json_reading import JsonError, read_json_as
from graph_goldens.records import Capture, RecordError, load_capture

T = TypeVar("T")


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
class BrokenModule:
    """A case module that cannot be imported.

    Attributes:
        file: the module, relative to the folder of cases.
        error: what importing it raised, `ImportError: no module named y`.
    """

    file: str
    error: str


@dataclass(frozen=True)
class CaseListing:
    """The cases of a folder, and its broken modules, whose cases are unknown."""

    cases: tuple[ListedCase, ...]
    broken: tuple[BrokenModule, ...]


@dataclass(frozen=True)
class _Greeting:
    """The first line of a worker."""

    hello: Hello


@dataclass(frozen=True)
class _Importing:
    """A line of a worker that has no listing yet; it names the module that is imported next, if any."""

    importing: str = ""


@dataclass(frozen=True)
class _Answer:
    """A line of a worker's answer; the last is done and has no capture."""

    capture: Any = None
    done: bool = False


def read_hello(line: bytes) -> Hello:
    """Read the first line of a worker.

    Raises:
        MessageError: it is something else.
    """
    return _read(line, _Greeting).hello


def read_import(line: bytes) -> str:
    """Read which case module a worker is about to import; empty where the line says something else.

    Raises:
        MessageError: it is nothing that a worker says.
    """
    return _read(line, _Importing).importing


def read_listing(line: bytes) -> CaseListing:
    """Read a worker's cases, which come once it has imported all case modules.

    Raises:
        MessageError: it is something else.
    """
    return _read(line, CaseListing)


def read_answer(line: bytes) -> Capture | None:
    """Read one line of a worker's answer to a request; None at the answer's end.

    Raises:
        MessageError: it is something else.
    """
    answer = _read(line, _Answer)
    if answer.done:
        return None
    try:
        return load_capture(answer.capture)
    except RecordError as error:
        raise MessageError(str(error)) from None


def _read(line: bytes, kind: type[T]) -> T:
    try:
        return read_json_as(line, kind)
    except JsonError as error:
        raise MessageError(str(error)) from None
