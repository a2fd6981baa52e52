"""TOML files that people write become tables, or a sentence that says what is wrong with them."""

from pathlib import Path
from typing import Any

import tomllib

from graph_goldens.errors import UserError


def read_toml(file: Path) -> dict[str, Any]:
    """Read a file of TOML.

    Raises:
        UserError: it cannot be read, is something else, or is nested beyond reason.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        if _holds_nul(table):
            raise ValueError("a text in it holds a NUL character, which names of files cannot")
        return table
    except RecursionError:
        raise UserError(f"{file} cannot be read: it is nested beyond reason") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {error}") from None


def _holds_nul(value: object) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(map(_holds_nul, (*value.keys(), *value.values())))
        case list():
            return any(map(_holds_nul, value))
        case _:
            return False
