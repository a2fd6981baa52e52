"""Trace a program by `make_fx`, and see which script objects it is given meanwhile."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch._higher_order_ops.torchbind import enable_torchbind_tracing
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx

from graph_goldens.capture.tracing.running import Running, name_script_object_types


def trace_by_make_fx(running: Running, **options: Any) -> GraphModule:
    """Trace the case's program by `make_fx` with its inputs by position; options are those of `make_fx`."""
    given = running.by_position
    with running.enter(), enable_torchbind_tracing(), _watch(running, given.program) as program:
        traced: GraphModule = make_fx(program, _allow_non_fake_inputs=True, **options)(*given.args)
    return traced


@contextmanager
def _watch(running: Running, program: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield the program such that the types of script objects that it sees become a fact.

    A wrapped function keeps its signature and a module stays the module that it is, since both name
    the graph's inputs.
    """

    def note(args: tuple[Any, ...]) -> None:
        if types := name_script_object_types(args):
            running.fact("script_inputs_while_tracing", types)

    if isinstance(program, torch.nn.Module):
        handle = program.register_forward_pre_hook(lambda _, args: note(args))
        try:
            yield program
        finally:
            handle.remove()
        return

    @functools.wraps(program)
    def note_call(*args: Any) -> Any:
        note(args)
        return program(*args)

    yield note_call
