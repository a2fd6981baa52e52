"""Tracing paths of `torch.compile` up to AOTAutograd: Dynamo's graphs, and those of forward and backward."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch._dynamo
from torch._dynamo.backends.common import aot_autograd
from torch._dynamo.utils import counters
from torch._functorch.partitioners import min_cut_rematerialization_partition
from torch._guards import TracingContext
from torch.fx import GraphModule
from torch.utils import _pytree as pytree

from graph_goldens.capture.normalise.rules import ERROR, normalise
from graph_goldens.capture.tracing.agreement import difference
from graph_goldens.capture.tracing.stable_errors import stable_message
from graph_goldens.capture.tracing.tracing import Session, all_calls
from graph_goldens.records import Json

Compiler = Callable[[GraphModule, Sequence[Any]], Callable[..., Any]]


class Numbered:
    """Names for the graphs of one kind, in the order in which they come: `graph_0`, `graph_1`."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.count = 0

    def next(self) -> str:
        """Give the next name."""
        name = f"{self._kind}_{self.count}"
        self.count += 1
        return name


def compile_eager(session: Session) -> None:
    """Dynamo's graphs, through a recording backend."""
    _compile_eager(session)


def compile_dynamic(session: Session) -> None:
    """Dynamo's graphs with symbolic sizes from the start."""
    _compile_eager(session, dynamic=True)


def _compile_eager(session: Session, **options: Any) -> None:
    names = Numbered("graph")

    def record(graph_module: GraphModule, _: Sequence[Any]) -> Callable[..., Any]:
        name = names.next()
        session.graph(name, graph_module)
        session.text(f"{name}.guards", _guards())
        return graph_module.forward

    compile_and_call(session, record, names, backward=False, **options)


def compile_aot_eager(session: Session) -> None:
    """AOTAutograd's forward and backward graphs, behind Dynamo."""
    frames, forward, backward = Numbered("frame"), Numbered("forward"), Numbered("backward")

    def recorder(names: Numbered) -> Compiler:
        def record(graph_module: GraphModule, _: Sequence[Any]) -> Callable[..., Any]:
            session.graph(names.next(), graph_module)
            return graph_module.forward

        return record

    aot = aot_autograd(
        fw_compiler=recorder(forward),
        bw_compiler=recorder(backward),
        partition_fn=min_cut_rematerialization_partition,
        keep_inference_input_mutations=True,
    )

    def aot_eager(graph_module: GraphModule, inputs: Sequence[Any]) -> Callable[..., Any]:
        frames.next()
        return aot(graph_module, inputs)

    compile_and_call(session, aot_eager, frames, backward=True)


def compile_and_call(
    session: Session, backend: Callable[..., Any], frames: Numbered, *, backward: bool, **options: Any
) -> None:
    """Compile the program, make all calls of the case, and record frames, breaks and agreement with eager."""
    program = session.program
    expected = session.eager_calls()
    torch._dynamo.reset()
    counters.clear()
    compiled_after: list[Json] = []
    results: list[Any] = []
    with _facts_of_compilation(session, frames, compiled_after), session.tracing():
        compiled = torch.compile(program, backend=backend, **options)
        for number, args in enumerate(all_calls(session.case)):
            kwargs = session.case.kwargs if number == 0 else {}
            results.append(_called(compiled, args, kwargs, expected[number], backward))
            compiled_after.append(frames.count)
    session.traced()
    _judge(session, results, expected)


@contextmanager
def _facts_of_compilation(session: Session, frames: Numbered, compiled_after: list[Json]) -> Iterator[None]:
    """Record frames and graph breaks, also where compiling fails half-way."""
    try:
        yield
    finally:
        session.fact("frames", compiled_after or [frames.count])
        if breaks := _graph_breaks():
            session.fact("graph_breaks", breaks)


def _called(compiled: Callable[..., Any], args: Any, kwargs: Any, expected: Any, backward: bool) -> Any:
    """Call the compiled program; where eager raises too, its own exception is the result."""
    try:
        result = compiled(*args, **kwargs)
    except Exception as error:
        if isinstance(expected, Exception) and type(error) is type(expected):
            return error
        raise
    if backward:
        _run_backward(result)
    return result


def _run_backward(result: Any) -> None:
    leaves = [
        leaf for leaf in pytree.tree_leaves(result) if isinstance(leaf, torch.Tensor) and leaf.requires_grad
    ]
    if leaves:
        torch.stack([leaf.sum() for leaf in leaves]).sum().backward()


def _judge(session: Session, results: list[Any], expected: list[Any]) -> None:
    for number, (result, wanted) in enumerate(zip(results, expected, strict=True)):
        if isinstance(wanted, Exception):
            session.fact("same_as_eager", f"eager raises {stable_message(wanted)}")
            return
        found = difference(result, wanted, session.case.compare)
        if found is not None or number == len(expected) - 1:
            session.judge("same_as_eager", session.case, found)
            return


def _graph_breaks() -> dict[str, Json]:
    """Count graph breaks by kind: the first line of their reason."""
    kinds: dict[str, int] = {}
    for reason, count in counters["graph_break"].items():
        kind = normalise(str(reason), ERROR).split("\n")[0]
        kinds[kind] = kinds.get(kind, 0) + count
    return dict(sorted(kinds.items()))


def _guards() -> str:
    """Give Dynamo's guards so far, one a line: what is guarded, and how."""
    context = TracingContext.try_get()
    if context is None:
        return ""
    lines = {f"{_how(guard)} {_guarded(guard)}".strip() for guard in context.guards_context.dynamo_guards}
    return "\n".join(sorted(lines))


def _how(guard: Any) -> str:
    """Name the kind of a guard; up to 2.5 only the function that makes it knows."""
    if hasattr(guard, "create_fn_name"):
        return str(guard.create_fn_name())
    return str(guard.inner_create_fn().__name__)


def _guarded(guard: Any) -> str:
    """What a guard is on; its name is a method in some versions."""
    return str(guard.name() if callable(guard.name) else guard.name)
