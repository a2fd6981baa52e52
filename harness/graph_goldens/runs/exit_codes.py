"""How a command ends, as a number for the shell."""

import enum
from collections.abc import Iterable


class ExitCode(enum.IntEnum):
    """How a command ends."""

    SAME = 0
    SEMANTIC_DRIFT = 1
    USAGE = 2
    COSMETIC_DRIFT = 3
    MISSING_OR_UNUSED = 4
    NOT_REPRODUCIBLE = 5
    BROKEN_CLAIM = 6
    KNOWN_DRIFT_GONE = 7
    TOOL_FAILED = 70
    INTERRUPTED = 130


_GRAVEST_FIRST = (
    ExitCode.TOOL_FAILED,
    ExitCode.USAGE,
    ExitCode.NOT_REPRODUCIBLE,
    ExitCode.BROKEN_CLAIM,
    ExitCode.SEMANTIC_DRIFT,
    ExitCode.MISSING_OR_UNUSED,
    ExitCode.COSMETIC_DRIFT,
    ExitCode.KNOWN_DRIFT_GONE,
    ExitCode.SAME,
)


def choose_gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """Choose the code with which a command ends that found several things."""
    found = set(codes)
    return next((code for code in _GRAVEST_FIRST if code in found), ExitCode.SAME)
