"""Compile a program by `torch.compile`, make all calls of its case, and record what Dynamo did."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch._dynamo
from torch._guards import CompileContext, TracingContext
from torch.fx import GraphModule
from torch.utils import _pytree as pytree

from graph_goldens.capture.tracing.frame_symbols import note_symbols_of_frames
from graph_goldens.capture.tracing.frames import explain_nothing, forget_frames, read_breaks, read_skipped
from graph_goldens.capture.tracing.running import Ran, Running, list_calls, prepare_call
from graph_goldens.capture.tracing.stable_errors import NothingCapturedError, stabilise_message
from graph_goldens.cases.case import Call
from graph_goldens.records import Json

Compiler = Callable[[GraphModule, Sequence[Any]], Callable[..., Any]]


class Frames:
    """The frames that Dynamo has compiled: it hands a frame over again where it restarts its analysis."""

    def __init__(self) -> None:
        self._compiled: list[str] = []

    def note(self) -> None:
        """Note that a frame was handed over to be compiled."""
        self._compiled.append(str(CompileContext.current_compile_id()))

    @property
    def count(self) -> int:
        """How many frames were compiled so far, a recompilation of one counted too."""
        return len(set(self._compiled))

    @property
    def restarts(self) -> int:
        """How often a frame was handed over again."""
        return len(self._compiled) - self.count


def compile_and_call(running: Running, backend: Compiler, *, backward: bool, **options: Any) -> None:
    """Compile the program, make all calls of the case, and record frames, breaks and agreement with eager.

    Args:
        running: the case.
        backend: what Dynamo gives each graph to, with its inputs.
        backward: whether the backward of all results is run after each call.
        options: as `torch.compile` takes them.

    Raises:
        NothingCapturedError: no call gave a graph.
    """
    expected = running.run_eager_calls()
    torch._dynamo.reset()
    forget_frames()
    frames = Frames()
    compiled_after: list[Json] = []
    results: list[Ran] = []
    with _record_compilation(running, frames, compiled_after), running.enter():
        compiled = torch.compile(running.program, backend=_note_frames(backend, frames), **options)
        for number, call in enumerate(list_calls(running.case)):
            wanted = expected[number].result if number else None
            results.append(Ran(call, _call(compiled, call, wanted)))
            if backward:
                _run_backward(running, results[-1].result)
            compiled_after.append(frames.count)
    _judge(running, results, expected)
    if not running.graphs:
        raise NothingCapturedError(explain_nothing())


def _note_frames(backend: Compiler, frames: Frames) -> Compiler:
    """Make a backend that notes each frame; it keeps its name, which PyTorch's errors tell."""

    @functools.wraps(backend)
    def note_and_compile(graph_module: GraphModule, inputs: Sequence[Any]) -> Callable[..., Any]:
        frames.note()
        return backend(graph_module, inputs)

    return note_and_compile


@contextmanager
def _record_compilation(running: Running, frames: Frames, compiled_after: list[Json]) -> Iterator[None]:
    """Record frames, restarts and graph breaks, also where compiling fails half-way."""
    left: list[Json] = []
    try:
        with note_symbols_of_frames(running.symbols):
            yield
        left = read_skipped()  # where an exception leaves, the frame that raised it was not skipped
    finally:
        running.fact("frames", compiled_after or [frames.count])
        told: dict[str, Json] = {
            "restarts": frames.restarts,
            "graph_breaks": read_breaks(),
            "skipped_frames": left,
        }
        for name, value in told.items():
            if value:
                running.fact(name, value)


def _call(compiled: Callable[..., Any], call: Call, expected: Any) -> Any:
    """Call the compiled program; where eager too raises in a further call, the exception is the result.

    What fake tensors raise is wrapped: `TorchRuntimeError` of torch/_dynamo/exc.py is a `RuntimeError`.
    """
    try:
        with prepare_call(call):
            return compiled(*call.args, **call.kwargs)
    except Exception as error:
        if isinstance(expected, Exception) and isinstance(error, type(expected)):
            return error
        raise


def _run_backward(running: Running, result: Any) -> None:
    """Run the backward of all results, so that its graphs are compiled; the program does not ask for it."""
    tensors = [
        leaf for leaf in pytree.tree_leaves(result) if isinstance(leaf, torch.Tensor) and leaf.requires_grad
    ]
    if not tensors:
        return
    try:
        torch.autograd.backward(tensors, [torch.ones_like(each) for each in tensors])
    except Exception as error:
        running.fact("backward", f"raises {stabilise_message(error)}")


def _judge(running: Running, results: list[Ran], expected: list[Ran]) -> None:
    for number, (made, eager) in enumerate(zip(results, expected, strict=True)):
        if isinstance(eager.result, Exception):
            running.fact("same_as_eager", f"eager raises {stabilise_message(eager.result)}")
            return
        inputs = [[*each.call.args, *each.call.kwargs.values()] for each in (made, eager)]
        found = running.compare_results(made.result, eager.result, running.case, *inputs)
        if found is not None or number == len(expected) - 1:
            running.judge("same_as_eager", running.case, found)
            return


def print_dynamo_guards() -> str:
    """Print Dynamo's guards so far, one a line: what is guarded, and how."""
    context = TracingContext.try_get()
    if context is None:
        return ""
    lines = {
        f"{_name_kind(guard)} {_name_guarded(guard)}".strip()
        for guard in context.guards_context.dynamo_guards
    }
    return "\n".join(sorted(lines))


def _name_kind(guard: Any) -> str:
    """Name the kind of a guard; up to 2.5 only the function that makes it knows."""
    if hasattr(guard, "create_fn_name"):
        return str(guard.create_fn_name())
    return str(guard.inner_create_fn().__name__)


def _name_guarded(guard: Any) -> str:
    """What a guard is on; its name is a method in some versions."""
    return str(guard.name() if callable(guard.name) else guard.name)
