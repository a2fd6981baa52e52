"""Exceptions that tracing raises, as stable text."""

import os
import re
import traceback
from pathlib import Path

import torch

import graph_goldens
from graph_goldens.capture.normalise.rules import ERROR, normalise
from graph_goldens.records import NO_DEVICE, Json

_HARNESS = str(Path(graph_goldens.__file__).parent)
_TORCH = str(Path(torch.__file__).parent)
_PYTHON = str(Path(os.__file__).parent)
_FORKED_TOO_LATE = "in combination with fork-based multiprocessing"
_NO_DEVICE = re.compile(
    r"Torch not compiled with (\w+) enabled|Found no (\w+) driver|No (\w+) GPUs? (?:are|is) available|"
    r"PyTorch is not linked with support for (\w+) devices|not linked with support for (\w+)|"
    r"Cannot access accelerator device when none is available|no (\w+) (?:GPU|device)s? (?:is|are) available",
    re.IGNORECASE,
)
"""Of torch/cuda/__init__.py, torch/xpu/__init__.py, c10/core/impl/DeviceGuardImplInterface.h, and such."""


class UnavailableError(Exception):
    """This PyTorch lacks the tracing path, or the case does not apply to it; the text says which."""


class NothingCapturedError(Exception):
    """The tracing path ran and recorded no graph; the text says why."""


class HarnessError(Exception):
    """The harness failed at what it does itself, such as comparing or rendering; never an outcome."""


class CaseError(Exception):
    """The case's own functions, not its program, did what they may not; the text says what."""


class PathError(Exception):
    """An own tracing path did what none may, such as recording two graphs of one name; the text says what."""


def stabilise_message(error: BaseException) -> str:
    """Name an exception's type, and say what is stable of its message."""
    message = normalise(str(error), ERROR)
    name = type(error).__name__
    return f"{name}: {message}" if message else name


def describe_error(error: BaseException) -> dict[str, Json]:
    """Name what kind of error it is, apart from its words: its type, and Dynamo's kind of graph break.

    The kind is `gb_type` from 2.11 on (torch/_dynamo/exc.py), and the message's first line before.
    """
    kind = type(error)
    described: dict[str, Json] = {"type": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")}
    if kind.__module__ == "torch._dynamo.exc" and kind.__name__ in ("Unsupported", "UserError"):
        gb_type = getattr(error, "gb_type", None) or str(error).split("\n")[0]
        described["kind"] = normalise(gb_type, ERROR)
    return described


def find_users_place(error: BaseException) -> dict[str, Json]:
    """Say in which function of which file of the user's own code an error came up; nothing where in none.

    No line is named: lines move with every edit, and the record would differ.
    """
    users = [
        frame
        for frame in reversed(traceback.extract_tb(error.__traceback__))
        if not _is_tools(frame.filename)
    ]
    own = [frame for frame in users if not _is_installed(frame.filename)]
    frame = next(iter(own or users), None)
    return {"place": f"{frame.name} of {Path(frame.filename).name}"} if frame else {}


def _is_tools(file: str) -> bool:
    """Whether a file is PyTorch's, Python's, ours, or none at all."""
    standard = file.startswith(_PYTHON) and not _is_installed(file)
    return standard or file.startswith((_HARNESS, _TORCH, "<"))


def _is_installed(file: str) -> bool:
    return "site-packages" in file or "dist-packages" in file


def find_missing_device(error: BaseException) -> str:
    """Say which device an error asks for that is not there; empty where it is of another kind."""
    found = _NO_DEVICE.search(str(error))
    if found is None:
        return ""
    name = next((group.lower() for group in found.groups() if group), "accelerator")
    if name in ("cuda", "nvidia") and torch.cuda.is_available():
        return ""
    return f"{NO_DEVICE} ({'cuda' if name == 'nvidia' else name})"


def is_raised_by_harness(error: BaseException) -> bool:
    """Whether the exception is a fault of ours, not an outcome: raised in our code, or by how we fork."""
    if isinstance(error, HarnessError) or _FORKED_TOO_LATE in str(error):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename.startswith(_HARNESS)
