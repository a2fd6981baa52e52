"""What a C++ compiler read for a library, as it says itself (`-MD`), and marks of all of it.

The project's own files are marked by their bytes, those of the system, of the compiler and of PyTorch by
size, time and inode. The compiler does not say where it looked in vain: a header of the same name that
appears in a folder that is searched earlier would be read instead. The include directives of the project's
own files tell where that could be. What a directive names by a macro is not seen there.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from graph_goldens.file_marks import mark_content, mark_names, mark_stat

# How GCC (libcpp/mkdeps.cc, `munge`) and clang write names in rules: `\ ` for a space, whose backslashes are
# doubled, `\#` and `$$`.
_NAME = re.compile(r"(?:\\+[ \t]|\\#|\$\$|\\(?=[^ \t\n#])|[^\s\\])+")
_SPACE = re.compile(r"(\\+)([ \t])")
_ASKED = re.compile(
    rb"(?:^[ \t]*#[ \t]*(?:include|include_next|import|embed)|__has_(?:include|embed)[ \t]*\()"
    rb"[ \t]*(?:\"([^\"\n]+)\"|<([^>\n]+)>)",
    re.MULTILINE,
)
_SYSTEM = ("/usr/", "/lib/")


def read_rule(text: str) -> list[str]:
    """Read the files that a rule for `make` names behind its target, in order."""
    _, _, names = text.replace("\\\n", " ").partition(":")
    return [_unescape(name) for name in _NAME.findall(names)]


def mark_reads(
    read: Iterable[str], pack: Path, torch: Path, searched: Sequence[str], programs: Iterable[str] = ()
) -> dict[str, str]:
    """Mark what a compiler read, and what it would have read instead had it been there.

    Args:
        read: the files, as the compiler names them from the pack's folder.
        pack: the pack's folder, in which the compiler ran.
        torch: PyTorch's folder.
        searched: include folders that the environment names.
        programs: the compiler's own files.

    Returns:
        The marks by file, named from the pack's folder.
    """
    files = dict.fromkeys(read)
    own = _Own(pack, torch, searched)
    marks = {file: own.mark(file) for file in files}
    marks |= {other: own.mark(other) for file in files if own.holds(file) for other in own.list_asked(file)}
    marks |= {folder: mark_names(str(pack / folder)) for folder in searched}
    return marks | {program: mark_stat(program) for program in programs}


def was_edited(files: Iterable[str], pack: Path, since: int) -> bool:
    """Whether a file was changed or removed since the file system's time, in nanoseconds.

    The time of the last change of a file's inode is asked for, which no tool sets at will.
    """
    try:
        return any(os.stat(pack / file).st_ctime_ns >= since for file in files)  # noqa: PTH116 (thousands)
    except OSError:
        return True


class _Own:
    """Which files belong to the project."""

    def __init__(self, pack: Path, torch: Path, searched: Sequence[str]) -> None:
        self._pack = pack
        self._searched = searched
        self._torch = os.path.realpath(torch) + os.sep
        project = os.path.realpath(pack.parents[1])
        self._folders = tuple(
            folder + os.sep for folder in (project, *(os.path.realpath(pack / each) for each in searched))
        )

    def holds(self, file: str) -> bool:
        """Whether a person edits the file, so that its bytes count and not its time alone."""
        real = os.path.realpath(self._pack / file)
        if real.startswith(self._torch):
            return False
        return real.startswith(self._folders) or not real.startswith(_SYSTEM)

    def mark(self, file: str) -> str:
        path = str(self._pack / file)
        return mark_content(path) if self.holds(file) else mark_stat(path)

    def list_asked(self, file: str) -> Iterator[str]:
        """List the places in which the headers that a file asks for are looked for before the system's."""
        try:
            text = (self._pack / file).read_bytes()
        except OSError:
            return
        for quoted, angled in _ASKED.findall(text):
            name = os.fsdecode(quoted or angled)
            beside = [os.path.dirname(file)] if quoted else []  # noqa: PTH120 (a folder may be "")
            yield from (os.path.join(folder, name) for folder in (*beside, *self._searched))  # noqa: PTH118


def _unescape(name: str) -> str:
    name = _SPACE.sub(lambda found: "\\" * (len(found[1]) // 2) + found[2], name)
    return name.replace("\\#", "#").replace("$$", "$")
