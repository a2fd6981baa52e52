"""Which files this process holds open or has mapped, whoever opened them: the kernel's own word (proc(5)).

What compiled code opened and closed again does not show there.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress

_FDS, _MAPS = "/proc/self/fd", "/proc/self/maps"
_DELETED = " (deleted)"
_MAPPED = re.compile(rb"^\S+ \S+ \S+ \S+ \S+ +(/.*)$", re.MULTILINE)  # the sixth field, where it is a path
# Names of memory that no file holds.
_MEMORY = ("/memfd:", "/SYSV", "/anon_hugepage", "/dev/")


def list_held_open() -> set[str]:
    """List the files that are mapped, or open and not for writing alone, by absolute path.

    A file that has been removed meanwhile is named as it was. None is known where there is no /proc.
    """
    with suppress(OSError):
        found = (path.removesuffix(_DELETED) for path in (*_list_mapped(), *_list_open()))
        return {path for path in found if path.startswith("/") and not path.startswith(_MEMORY)}
    return set()


def _list_mapped() -> Iterator[str]:
    with open(_MAPS, "rb") as maps:  # noqa: PTH123 (quick)
        found = set(_MAPPED.findall(maps.read()))
    return (os.fsdecode(path.replace(b"\\012", b"\n")) for path in found)


def _list_open() -> Iterator[str]:
    for number in os.listdir(_FDS):  # noqa: PTH208 (as above)
        with suppress(OSError, ValueError, IndexError):  # the descriptor of this very listing is gone
            if not _writes_only(number):
                path = os.readlink(f"{_FDS}/{number}")  # noqa: PTH115 (as above)
                if os.path.isabs(path) and not os.path.isdir(path):  # noqa: PTH112, PTH117 (as above)
                    yield path


def _writes_only(number: str) -> bool:
    with open(f"/proc/self/fdinfo/{number}", encoding="ascii") as said:  # noqa: PTH123 (as above)
        flags = next(line for line in said if line.startswith("flags:"))
    return int(flags.split()[1], 8) & os.O_ACCMODE == os.O_WRONLY
