"""JSON that the host reads becomes typed values, or a sentence that says what is wrong with it."""

import json
import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_PLACE = re.compile(r"(.*) - at `(?:key in )?\$\.?(.*)`", re.DOTALL)


class JsonError(ValueError):
    """A text is not JSON, or not of the form that is expected there."""


def parse_json(text: str | bytes) -> object:
    """Parse JSON.

    The standard library does it: what is captured may hold lone surrogates, which msgspec's parser refuses.

    Raises:
        JsonError: the text is something else, or nested beyond reason.
    """
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JsonError(f"not a line of JSON: {error}") from None
    return value


def convert_json(value: object, kind: type[T]) -> T:
    """Convert a parsed value to a type: a dataclass from an object, whose further fields do not count.

    Raises:
        JsonError: the value has another form; the sentence names the field.
    """
    try:
        return msgspec.convert(value, kind, dec_hook=_convert_path)
    except (msgspec.ValidationError, RecursionError) as error:
        raise JsonError(_explain(str(error))) from None
    except UnicodeEncodeError as error:  # the name of a field holds half of a surrogate pair
        raise JsonError(f"{error.object!a} is no name of a field") from None


def read_json_as(text: str | bytes, kind: type[T]) -> T:
    """Parse JSON and convert it to a type.

    Raises:
        JsonError: the text is something else.
    """
    return convert_json(parse_json(text), kind)


def _convert_path(kind: type[Any], value: Any) -> Any:
    if kind is not Path:
        raise NotImplementedError(f"{kind} is not read from JSON")
    if not isinstance(value, str):
        raise ValueError("Expected the path of a file")
    return Path(value)


def _explain(sentence: str) -> str:
    """Say first which field is meant: "`rules`: Expected `int`, got `bool`"."""
    return _PLACE.sub(r"`\2`: \1", sentence)
