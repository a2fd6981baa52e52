"""Add to the end of files that exist, and leave every byte that stands there as it is."""

from collections.abc import Iterable


def add_lines(old: bytes | None, lines: Iterable[str]) -> bytes | None:
    """Add the lines that a file of patterns does not hold yet.

    Args:
        old: what the file holds; None where there is none.
        lines: the lines, without ends.

    Returns:
        What the file is to hold; None where nothing is to be added. New lines end as the old ones do.
    """
    known = {_unify(line) for line in (old or b"").decode("utf-8", "surrogateescape").splitlines()}
    missing = [line for line in lines if _unify(line) not in known]
    return add_block(old, "".join(f"{line}\n" for line in missing)) if missing else None


def add_block(old: bytes | None, text: str) -> bytes:
    """Add a text behind what a file holds, on a line of its own, with line ends as the file has them."""
    if not old:
        return text.encode()
    end = b"\r\n" if b"\r\n" in old else b"\n"
    gap = b"" if old.endswith(b"\n") else end
    return old + gap + text.encode().replace(b"\n", end)


def _unify(line: str) -> str:
    """Read a pattern as git does where spellings mean the same: `.goldens/`, `/.goldens` and `.goldens`."""
    return " ".join(line.split()).removeprefix("/").removesuffix("/")
