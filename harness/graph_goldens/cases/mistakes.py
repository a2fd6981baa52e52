"""What the author of a case module got wrong, told once, when cases are listed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """Why cases cannot be used.

    Attributes:
        file: their module, relative to the folder of packs.
        error: what is wrong, in one sentence without its end.
        cases: full names of the cases that it costs; none where they are not known.
        line: the line where it is, from 1; 0 where it is the whole module.
    """

    file: str
    error: str
    cases: tuple[str, ...] = ()
    line: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The cases that it costs; where they are not known, its module by the name that they begin with."""
        return self.cases or (self.file.removesuffix(".py"),)

    def __str__(self) -> str:
        if not self.line:
            return f"the case module {self.file} cannot be used: {self.error}"
        return f"{self.file}:{self.line}: {', '.join(self.cases) or 'a case'} cannot be used: {self.error}"


def word_error(error: BaseException) -> str:
    """Word an exception as its type and the first line of its message."""
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}".rstrip(": ")
