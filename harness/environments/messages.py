"""What a worker says about itself and its cases, read from its lines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from harness.records import Capture, Json, RecordError, capture_from_json


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
    switches: Mapping[str, Json]
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
class Listing:
    """The cases of a folder, and its broken modules, whose cases are unknown."""

    cases: tuple[ListedCase, ...]
    broken: tuple[BrokenModule, ...]


def read_hello(line: bytes) -> Hello:
    """Read the first line of a worker.

    Raises:
        MessageError: it is something else.
    """
    fields = _object(_object(_json(line), "line").get("hello"), "hello")
    cuda = fields.get("cuda")
    return Hello(
        torch=_text(fields, "torch"),
        git=_text(fields, "git"),
        debug=fields.get("debug") is True,
        cuda=None if cuda is None else str(cuda),
        python=_text(fields, "python"),
        platform=_text(fields, "platform"),
        switches=_object(fields.get("switches"), "switches"),
        paths=_texts(fields, "paths"),
        rules=_number(fields, "rules"),
    )


def read_import(line: bytes) -> str:
    """Read which case module a worker is about to import; empty where the line says something else.

    Raises:
        MessageError: it is nothing that a worker says.
    """
    return _text({"importing": "", **_object(_json(line), "line")}, "importing")


def read_listing(line: bytes) -> Listing:
    """Read a worker's cases, which come once it has imported all case modules.

    Raises:
        MessageError: it is something else.
    """
    fields = _object(_json(line), "line")
    return Listing(
        cases=tuple(_listed_case(case) for case in _objects(fields, "cases")),
        broken=tuple(
            BrokenModule(_text(module, "file"), _text(module, "error"))
            for module in _objects(fields, "broken")
        ),
    )


def read_answer(line: bytes) -> Capture | None:
    """Read one line of a worker's answer to a request; None at the answer's end.

    Raises:
        MessageError: it is something else.
    """
    fields = _object(_json(line), "line")
    if fields.get("done") is True:
        return None
    try:
        return capture_from_json(fields.get("capture"))
    except RecordError as error:
        raise MessageError(str(error)) from None


def _listed_case(fields: dict[str, Json]) -> ListedCase:
    return ListedCase(
        case=_text(fields, "case"),
        paths=_texts(fields, "paths"),
        source=_text(fields, "source"),
        file=_text(fields, "file"),
        line=_number(fields, "line"),
    )


def _json(line: bytes) -> Json:
    try:
        value: Json = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not a line of JSON: {error}") from None
    return value


def _object(value: Json, what: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise MessageError(f"`{what}` is not a JSON object")
    return value


def _objects(fields: dict[str, Json], name: str) -> list[dict[str, Json]]:
    return [_object(value, f"an item of {name}") for value in _list(fields, name)]


def _list(fields: dict[str, Json], name: str) -> list[Json]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise MessageError(f"`{name}` is not a list")
    return value


def _texts(fields: dict[str, Json], name: str) -> tuple[str, ...]:
    values = _list(fields, name)
    texts = tuple(value for value in values if isinstance(value, str))
    if len(texts) != len(values):
        raise MessageError(f"`{name}` is not a list of texts")
    return texts


def _text(fields: dict[str, Json], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise MessageError(f"`{name}` is not a text")
    return value


def _number(fields: dict[str, Json], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MessageError(f"`{name}` is not a whole number")
    return value
