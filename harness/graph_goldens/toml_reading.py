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
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except RecursionError:
        raise UserError(f"{file} cannot be read: it is nested beyond reason") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {error}") from None
