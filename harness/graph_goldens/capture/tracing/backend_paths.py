"""Tracing paths that are made of compile backends: what a backend is given, and what it returns."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from torch.fx import GraphModule

from graph_goldens.capture.tracing.compiling import Compiler
from graph_goldens.capture.tracing.tracing import Tracing
from graph_goldens.cases.own_paths import spell_path_name, tracing_path


def backend_path(
    backend: Compiler | str,
    *,
    after: str = "compile-eager",
    name: str = "",
    backward: bool = False,
    **options: Any,
) -> Callable[[Tracing], None]:
    """Make a tracing path of a compile backend.

    It compiles the program by the backend, makes all calls of the case, and records each graph that the
    backend is given as `given_0`, `given_1`, …, with Dynamo's guards, and as `returned_0`, … what it returns
    for that where it is a graph, or the `forward` of one.

    Args:
        backend: a function of a graph and its inputs, or the name of one that Dynamo knows.
        after: the tracing path behind which it is listed, and with which it is warmed up.
        name: its name; that of the backend, with `-` for `_`, where left out.
        backward: whether the backward of all results is run after each call.
        options: as `torch.compile` takes them, such as `dynamic`.

    Raises:
        TypeError: the backend is neither.
    """
    if not isinstance(backend, str) and not callable(backend):
        raise TypeError("backend_path takes a compile backend: a function, or the name of one")

    def trace(tracing: Tracing) -> None:
        found = tracing.find_backend(backend)
        tracing.compile(_make_recorder(tracing, found), backward=backward, **options)

    plain = backend if isinstance(backend, str) else getattr(backend, "__name__", "")
    return tracing_path(trace, after=after, name=name or spell_path_name(plain))


def _make_recorder(tracing: Tracing, backend: Compiler) -> Compiler:
    def record(graph_module: GraphModule, inputs: Sequence[Any]) -> Callable[..., Any]:
        name = tracing.number("given")
        tracing.graph(name, graph_module)
        tracing.text(f"{name}.guards", tracing.dynamo_guards())
        returned = backend(graph_module, inputs)
        graph = returned if isinstance(returned, GraphModule) else getattr(returned, "__self__", None)
        if isinstance(graph, GraphModule):
            tracing.graph(f"returned_{name.rpartition('_')[2]}", graph)
        return returned

    return functools.wraps(backend)(record)
