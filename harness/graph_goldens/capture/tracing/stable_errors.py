"""Exceptions that tracing raises, as stable text."""

import traceback
from pathlib import Path

import graph_goldens
from graph_goldens.capture.normalise.rules import ERROR, normalise

_HARNESS = str(Path(graph_goldens.__file__).parent)


_FORKED_TOO_LATE = "in combination with fork-based multiprocessing"


class UnavailableError(Exception):
    """This PyTorch lacks the tracing path, or the case does not apply to it; the text says which."""


def stable_message(error: BaseException) -> str:
    """Give an exception's type and what is stable of its message."""
    message = normalise(str(error), ERROR)
    name = type(error).__name__
    return f"{name}: {message}" if message else name


def raised_by_harness(error: BaseException) -> bool:
    """Whether the exception is a fault of ours, not an outcome: raised in our code, or by how we fork."""
    if _FORKED_TOO_LATE in str(error):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename.startswith(_HARNESS)
