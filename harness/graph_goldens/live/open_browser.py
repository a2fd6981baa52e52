"""Open the page in a browser, without telling everybody on this machine its address."""

import os
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path

from graph_goldens.files import explain_os_error

_PAGE = '<!DOCTYPE html><meta http-equiv="refresh" content="0; url={address}"><a href="{address}">serve</a>\n'


@contextmanager
def open_browser(address: str, folder: Path) -> Iterator[None]:
    """Open an address by way of a file that nobody else may read, which is there as long as the block runs.

    A browser is a process, and others may see what processes are told.

    Args:
        address: the address, with the token.
        folder: where the file is written.

    Raises:
        ToolError: the file cannot be written.
    """
    file = folder / f"serve-{os.getpid()}.html"
    with explain_os_error(f"write {file}"):
        folder.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(_PAGE.format(address=escape(address)))
    try:
        webbrowser.open(file.resolve().as_uri())
        yield
    finally:
        with suppress(OSError):
            file.unlink()
