"""Tracing paths of `torch.compile` up to AOTAutograd: Dynamo's graphs, and those of forward and backward."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch._dynamo
from torch._dynamo.backends.common import aot_autograd
from torch._functorch.partitioners import min_cut_rematerialization_partition
from torch._guards import CompileContext, TracingContext
from torch.fx import GraphModule
from torch.utils import _pytree as pytree

from graph_goldens.capture.tracing.frames import explain_nothing, forget_frames, read_breaks, read_skipped
from graph_goldens.capture.tracing.stable_errors import NothingCapturedError, stabilise_message
from graph_goldens.capture.tracing.tracing import Ran, Tracing, list_calls, prepare_call
from graph_goldens.cases.case import Call
from graph_goldens.records import Json

Compiler = Callable[[GraphModule, Sequence[Any]], Callable[..., Any]]


class Numbered:
    """Names for the graphs of one kind, in the order in which they come: `graph_0`, `graph_1`."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.count = 0

    def take_next(self) -> str:
        """Return the next name."""
        name = f"{self._kind}_{self.count}"
        self.count += 1
        return name


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


def compile_eager(tracing: Tracing) -> None:
    """Dynamo's graphs, through a recording backend."""
    _compile_eager(tracing)


def compile_dynamic(tracing: Tracing) -> None:
    """Dynamo's graphs with symbolic sizes from the start."""
    _compile_eager(tracing, dynamic=True)


def _compile_eager(tracing: Tracing, **options: Any) -> None:
    names, frames = Numbered("graph"), Frames()

    def record(graph_module: GraphModule, _: Sequence[Any]) -> Callable[..., Any]:
        frames.note()
        name = names.take_next()
        tracing.graph(name, graph_module)
        tracing.text(f"{name}.guards", _print_guards())
        return graph_module.forward

    compile_and_call(tracing, record, frames, backward=False, **options)


def compile_aot_eager(tracing: Tracing) -> None:
    """AOTAutograd's forward and backward graphs, behind Dynamo."""
    frames, forward, backward = Frames(), Numbered("forward"), Numbered("backward")

    def recorder(names: Numbered) -> Compiler:
        def record(graph_module: GraphModule, _: Sequence[Any]) -> Callable[..., Any]:
            tracing.graph(names.take_next(), graph_module)
            return graph_module.forward

        return record

    aot = aot_autograd(
        fw_compiler=recorder(forward),
        bw_compiler=recorder(backward),
        partition_fn=min_cut_rematerialization_partition,
        keep_inference_input_mutations=True,
    )

    def aot_eager(graph_module: GraphModule, inputs: Sequence[Any]) -> Callable[..., Any]:
        frames.note()
        return aot(graph_module, inputs)

    compile_and_call(tracing, aot_eager, frames, backward=True)


def compile_and_call(
    tracing: Tracing, backend: Callable[..., Any], frames: Frames, *, backward: bool, **options: Any
) -> None:
    """Compile the program, make all calls of the case, and record frames, breaks and agreement with eager.

    Raises:
        NothingCapturedError: no call gave a graph.
    """
    expected = tracing.run_eager_calls()
    torch._dynamo.reset()
    forget_frames()
    compiled_after: list[Json] = []
    results: list[Ran] = []
    with _record_compilation(tracing, frames, compiled_after), tracing.enter():
        compiled = torch.compile(tracing.program, backend=backend, **options)
        for number, call in enumerate(list_calls(tracing.case)):
            wanted = expected[number].result if number else None
            results.append(Ran(call, _call(compiled, call, wanted)))
            if backward:
                _run_backward(tracing, results[-1].result)
            compiled_after.append(frames.count)
    tracing.end_tracing()
    _judge(tracing, results, expected)
    if not tracing.graphs:
        raise NothingCapturedError(explain_nothing())


@contextmanager
def _record_compilation(tracing: Tracing, frames: Frames, compiled_after: list[Json]) -> Iterator[None]:
    """Record frames, restarts and graph breaks, also where compiling fails half-way."""
    left: list[Json] = []
    try:
        yield
        left = read_skipped()  # where an exception leaves, the frame that raised it was not skipped
    finally:
        tracing.fact("frames", compiled_after or [frames.count])
        told: dict[str, Json] = {
            "restarts": frames.restarts,
            "graph_breaks": read_breaks(),
            "skipped_frames": left,
        }
        for name, value in told.items():
            if value:
                tracing.fact(name, value)


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


def _run_backward(tracing: Tracing, result: Any) -> None:
    """Run the backward of all results, so that its graphs are compiled; the program does not ask for it."""
    tensors = [
        leaf for leaf in pytree.tree_leaves(result) if isinstance(leaf, torch.Tensor) and leaf.requires_grad
    ]
    if not tensors:
        return
    try:
        torch.autograd.backward(tensors, [torch.ones_like(each) for each in tensors])
    except Exception as error:
        tracing.fact("backward", f"raises {stabilise_message(error)}")


def _judge(tracing: Tracing, results: list[Ran], expected: list[Ran]) -> None:
    for number, (made, eager) in enumerate(zip(results, expected, strict=True)):
        if isinstance(eager.result, Exception):
            tracing.fact("same_as_eager", f"eager raises {stabilise_message(eager.result)}")
            return
        inputs = [[*each.call.args, *each.call.kwargs.values()] for each in (made, eager)]
        found = tracing.compare_results(made.result, eager.result, tracing.case, *inputs)
        if found is not None or number == len(expected) - 1:
            tracing.judge("same_as_eager", tracing.case, found)
            return


def _print_guards() -> str:
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
