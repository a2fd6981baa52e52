"""What the author of a case module or of an own tracing path got wrong, told once, when cases are listed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """Why cases, a tracing path or a normalisation rule cannot be used.

    Attributes:
        file: their module, relative to the folder of packs; for a tracing path that is found elsewhere the
            setting or the package that names it.
        error: what is wrong, in one sentence without its end.
        cases: full names of the cases that it costs; none where they are not known.
        line: the line where it is, from 1; 0 where it is the whole module.
        path: the name of the tracing path that it costs; empty where it costs none.
        rule: the name of the normalisation rule that it is about; empty where it is about none.
    """

    file: str
    error: str
    cases: tuple[str, ...] = ()
    line: int = 0
    path: str = ""
    rule: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The cases that it costs; where they are not known, its module by the name that they begin with."""
        return self.cases or (self.file.removesuffix(".py"),)

    @property
    def is_of_path(self) -> bool:
        """Whether it costs a tracing path, or a rule of some, and no cases."""
        return bool(self.path or self.rule)

    @property
    def pack(self) -> str:
        """The pack whose tracing paths it costs some; empty where it costs those of all, or cases."""
        return self.file.rpartition("/")[0] if self.is_of_path and self.file.endswith(".py") else ""

    def __str__(self) -> str:
        if self.is_of_path:
            where = f"{self.file}:{self.line}" if self.line else self.file
            what = f"tracing path {self.path}" if self.path else f"text rule {self.rule}"
            return f"{where}: the {what} cannot be used: {self.error}"
        if not self.line:
            return f"the case module {self.file} cannot be used: {self.error}"
        return f"{self.file}:{self.line}: {', '.join(self.cases) or 'a case'} cannot be used: {self.error}"


def word_error(error: BaseException) -> str:
    """Word an exception as its type and the first line of its message."""
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}".rstrip(": ")
