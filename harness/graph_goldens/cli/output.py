"""What a command prints where it needs no colours: lines and JSON, with everything in them visible."""

import json
import os
import sys
from collections.abc import Iterable

from graph_goldens.words import make_json_visible, make_visible


def print_lines(lines: Iterable[str]) -> None:
    """Print lines to standard output."""
    sys.stdout.write("".join(f"{make_visible(line)}\n" for line in lines))


def print_json(value: object) -> None:
    """Print JSON to standard output."""
    sys.stdout.write(make_json_visible(json.dumps(value, indent=1, ensure_ascii=False)) + "\n")


def is_coloured() -> bool:
    """Whether standard output is read by a person, who likes colours."""
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))
