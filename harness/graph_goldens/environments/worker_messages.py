"""What a worker says about itself and its cases, read from its lines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from graph_goldens.records import Capture, Json, RecordError, load_capture


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
class CaseListing:
    """The cases of a folder, and its broken modules, whose cases are unknown."""

    cases: tuple[ListedCase, ...]
    broken: tuple[BrokenModule, ...]


def read_hello(line: bytes) -> Hello:
    """Read the first line of a worker.

    Raises:
        MessageError: it is something else.
    """
    fields = _require_object(_require_object(_parse_json(line), "line").get("hello"), "hello")
    cuda = fields.get("cuda")
    return Hello(
        torch=_require_text(fields, "torch"),
        git=_require_text(fields, "git"),
        debug=fields.get("debug") is True,
        cuda=None if cuda is None else str(cuda),
        python=_require_text(fields, "python"),
        platform=_require_text(fields, "platform"),
        switches=_require_object(fields.get("switches"), "switches"),
        paths=_require_texts(fields, "paths"),
        rules=_require_number(fields, "rules"),
    )


def read_import(line: bytes) -> str:
    """Read which case module a worker is about to import; empty where the line says something else.

    Raises:
        MessageError: it is nothing that a worker says.
    """
    return _require_text({"importing": "", **_require_object(_parse_json(line), "line")}, "importing")


def read_listing(line: bytes) -> CaseListing:
    """Read a worker's cases, which come once it has imported all case modules.

    Raises:
        MessageError: it is something else.
    """
    fields = _require_object(_parse_json(line), "line")
    return CaseListing(
        cases=tuple(_read_listed_case(case) for case in _require_objects(fields, "cases")),
        broken=tuple(
            BrokenModule(_require_text(module, "file"), _require_text(module, "error"))
            for module in _require_objects(fields, "broken")
        ),
    )


def read_answer(line: bytes) -> Capture | None:
    """Read one line of a worker's answer to a request; None at the answer's end.

    Raises:
        MessageError: it is something else.
    """
    fields = _require_object(_parse_json(line), "line")
    if fields.get("done") is True:
        return None
    try:
        return load_capture(fields.get("capture"))
    except RecordError as error:
        raise MessageError(str(error)) from None


def _read_listed_case(fields: dict[str, Json]) -> ListedCase:
    return ListedCase(
        case=_require_text(fields, "case"),
        paths=_require_texts(fields, "paths"),
        source=_require_text(fields, "source"),
        file=_require_text(fields, "file"),
        line=_require_number(fields, "line"),
    )


def _parse_json(line: bytes) -> Json:
    try:
        value: Json = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not a line of JSON: {error}") from None
    return value


def _require_object(value: Json, what: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise MessageError(f"`{what}` is not a JSON object")
    return value


def _require_objects(fields: dict[str, Json], name: str) -> list[dict[str, Json]]:
    return [_require_object(value, f"an item of {name}") for value in _require_list(fields, name)]


def _require_list(fields: dict[str, Json], name: str) -> list[Json]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise MessageError(f"`{name}` is not a list")
    return value


def _require_texts(fields: dict[str, Json], name: str) -> tuple[str, ...]:
    values = _require_list(fields, name)
    texts = tuple(value for value in values if isinstance(value, str))
    if len(texts) != len(values):
        raise MessageError(f"`{name}` is not a list of texts")
    return texts


def _require_text(fields: dict[str, Json], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise MessageError(f"`{name}` is not a text")
    return value


def _require_number(fields: dict[str, Json], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MessageError(f"`{name}` is not a whole number")
    return value
