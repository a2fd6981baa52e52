"""How the live page is served; light, for the command that asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from graph_goldens.errors import UserError

NEEDED = ("starlette", "uvicorn")
HOW_TO_INSTALL = "pip install 'graph-goldens[serve]'"


@dataclass(frozen=True)
class ServeSettings:
    """How the page is served.

    Attributes:
        port: the port; any free one if 0.
        listen: the address that is listened on; 127.0.0.1 if empty.
        hosts: further names by which browsers may come.
        token_file: the file of the token; a random one if None.
        read_only: whether nothing can be changed.
        show: whether to open a browser.
        places: options that a check from the page gets, such as `--cases DIR`.
    """

    port: int
    listen: str = ""
    hosts: Sequence[str] = ()
    token_file: Path | None = None
    read_only: bool = False
    show: bool = False
    places: Sequence[str] = ()


def describe_installed() -> str:
    """Name what serves the page, with its versions; say how to install it where it is missing."""
    if missing := _list_missing():
        words = " and ".join(missing)
        return f"{words} not installed, which only `goldens serve` needs: {HOW_TO_INSTALL}"
    return ", ".join(f"{name} {version(name)}" for name in NEEDED)


def demand_installed() -> None:
    """Refuse where what serves the page is not installed.

    Raises:
        UserError: it is not.
    """
    if missing := _list_missing():
        raise UserError(f"`goldens serve` needs {' and '.join(missing)}; install with `{HOW_TO_INSTALL}`")


def _list_missing() -> list[str]:
    return [name for name in NEEDED if find_spec(name) is None]
