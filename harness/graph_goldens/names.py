"""What may name a case or a tracing path: one rule for who lists names, who sends them and who reads them."""

import unicodedata

LONGEST_NAME = 200
"""Most bytes of a name: file systems hold 255, and a golden's file has a suffix and a prefix beside it."""

# What Windows refuses in the name of a file: learn.microsoft.com, "Naming Files, Paths, and Namespaces".
_REFUSED = frozenset('<>:"/\\|?*')
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)))
)


def explain_bad_name(name: str) -> str:
    """Say why a text cannot name a file or folder of goldens on every system; empty where it can."""
    if not name or not name.isprintable():
        return "is empty or holds what cannot be printed"
    if len(name.encode()) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes"
    if _REFUSED & set(name) or name[0] == "." or name[-1] in ". " or _names_device(name):
        return "cannot name a file on Windows, or names a hidden one"
    if unicodedata.normalize("NFC", name) != name:
        return "is not in Unicode's composed form (NFC), as macOS may change it"
    return ""


def _names_device(name: str) -> bool:
    return name.partition(".")[0].rstrip(" ").casefold() in _DEVICES
