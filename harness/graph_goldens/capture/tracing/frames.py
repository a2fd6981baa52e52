"""What Dynamo says of the frames that it took: where it broke their graphs, and which it left to Python."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch._dynamo import utils

from graph_goldens.capture.normalise.rules import ERROR, normalise
from graph_goldens.records import Json

_TORCH = str(Path(torch.__file__).parent)
_RESUMED = re.compile(r"\A(?:torch_dynamo_resume_in_)+(.*?)(?:_at_\d+)+\Z")
"""`TORCH_DYNAMO_RESUME_IN_PREFIX` of torch/_dynamo/resume_execution.py: what continues behind a break."""


def forget_frames() -> None:
    """Forget what Dynamo said of the frames of before; `torch._dynamo.reset` forgets breaks alone."""
    utils.counters.clear()
    utils.clear_compilation_metrics()


def read_breaks() -> list[Json]:
    """List graph breaks in their order: why, in full, and in which function of the user's code.

    `GraphCompileReason` of torch/_dynamo/output_graph.py notes each in `utils.graph_break_reasons`.
    """
    return [
        {"function": _find_users_function(each.user_stack), "reason": _word_reason(each.reason)}
        for each in utils.graph_break_reasons
    ]


def read_skipped() -> list[Json]:
    """List the frames that Dynamo gave up and left to Python: which function, and why, in full.

    Since 2.6 the compilation of a backward is told beside them, and belongs to no code (`_backward_impl` of
    torch/_functorch/_aot_autograd/runtime_wrappers.py).
    """
    return [
        {"function": _drop_resume(str(each.co_name)), "reason": _word_reason(each.fail_reason)}
        for each in utils.get_compilation_metrics()
        if getattr(each, "fail_type", None) and each.co_name
    ]


def explain_nothing() -> str:
    """Say why no graph came of a call."""
    found = [
        f"{each['reason']} (in {each['function']})"
        for each in (*read_skipped(), *read_breaks())
        if isinstance(each, dict)
    ]
    if found:
        return "\n".join(dict.fromkeys(found))
    frames = utils.counters["frames"]["total"]
    return "Dynamo took no frame" if not frames else "Dynamo found no operation to put into a graph"


def _word_reason(reason: Any) -> str:
    return normalise(str(reason), ERROR)


def _find_users_function(stack: Sequence[Any]) -> str:
    """Name the innermost function that is not PyTorch's own; PyTorch's, where all are."""
    users = [frame.name for frame in stack if not str(frame.filename).startswith(_TORCH)]
    names = users or [frame.name for frame in stack]
    return _drop_resume(names[-1]) if names else ""


def _drop_resume(name: str) -> str:
    found = _RESUMED.match(name)
    return found[1] if found else name
