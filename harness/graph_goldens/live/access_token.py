"""The token without which nothing is served: random, or from a file that nobody else may read."""

import hashlib
import hmac
import os
import secrets
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from graph_goldens.errors import UserError
from graph_goldens.files import explain_read_errors

_BYTES = 32
_LEAST, _MOST = 16, 4096
_MAKE = "(umask 077; openssl rand -hex 32 > {file})"


@dataclass(frozen=True)
class Token:
    """What a browser must know.

    Attributes:
        text: the token.
    """

    text: str

    @property
    def query(self) -> str:
        """What stands behind the `?` of the address, whatever letters the token has."""
        return urlencode({"token": self.text})

    @property
    def pass_text(self) -> str:
        """What the cookie holds instead: it opens the page, and the address cannot be told from it."""
        return hmac.new(self.text.encode(), b"goldens serve: cookie", hashlib.sha256).hexdigest()

    def matches(self, given: str) -> bool:
        """Whether a text is the token; how long that takes does not tell how much of it is right."""
        return hmac.compare_digest(self.text.encode(), given.encode("utf-8", "backslashreplace"))

    def matches_pass(self, given: str) -> bool:
        """Whether a text is what the cookie holds."""
        return hmac.compare_digest(self.pass_text.encode(), given.encode("utf-8", "backslashreplace"))


def make_token() -> Token:
    """Make a random token of 256 bits."""
    return Token(secrets.token_urlsafe(_BYTES))


def read_token_file(file: Path) -> Token:
    """Read the token of a file, which is its owner's alone.

    Raises:
        UserError: there is none, others may read it, or it does not hold a token.
        ToolError: it cannot be read.
    """
    named = shlex.quote(str(file))
    make = _MAKE.format(file=named)
    with explain_read_errors(file):
        if not file.exists():
            raise UserError(f"{file} is not there; make it with `{make}`")
        if not file.is_file():
            raise UserError(f"{file} is no file; make one with `{make}`")
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
                raise UserError(f"others may read {file}; make it yours alone with `chmod 600 {named}`")
            content = stream.read(_MOST + 1)
    text = content.decode("ascii", "replace").strip()
    if not _LEAST <= len(text) <= _MOST or not all("!" <= char <= "~" for char in text):
        raise UserError(
            f"{file} holds no token, which is one word of at least {_LEAST} plain letters; make it with "
            f"`{make}`"
        )
    return Token(text)
