"""Tracing paths of FX itself: `symbolic_trace`, and `make_fx` in all its modes."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch._higher_order_ops.torchbind import enable_torchbind_tracing
from torch.fx.experimental.proxy_tensor import make_fx

from graph_goldens.capture.tracing.tracing import Tracing, name_script_object_types


def symbolic_trace(tracing: Tracing) -> None:
    """`torch.fx.symbolic_trace`: the program runs once on proxies."""
    with tracing.enter():
        traced = torch.fx.symbolic_trace(tracing.program)
    tracing.end_tracing()
    tracing.graph("traced", traced)
    tracing.same_as_eager("same_as_eager", traced)


def make_fx_real(tracing: Tracing) -> None:
    """`make_fx` on the real inputs."""
    _make_fx(tracing, tracing_mode="real")


def make_fx_fake(tracing: Tracing) -> None:
    """`make_fx` on fake inputs of fixed sizes."""
    _make_fx(tracing, tracing_mode="fake")


def make_fx_symbolic(tracing: Tracing) -> None:
    """`make_fx` on fake inputs of symbolic sizes."""
    _make_fx(tracing, tracing_mode="symbolic")


def make_fx_pre_dispatch(tracing: Tracing) -> None:
    """`make_fx` above autograd and autocast."""
    _make_fx(tracing, pre_dispatch=True)


def _make_fx(tracing: Tracing, **options: Any) -> None:
    given = tracing.by_position
    with tracing.enter(), enable_torchbind_tracing(), _watch(tracing, given.program) as program:
        traced = make_fx(program, _allow_non_fake_inputs=True, **options)(*given.args)
    tracing.end_tracing()
    tracing.graph("traced", traced)
    tracing.same_as_eager("same_as_eager", traced, positional=True)


@contextmanager
def _watch(tracing: Tracing, program: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield the program such that the types of script objects that it sees become a fact.

    A wrapped function keeps its signature and a module stays the module that it is, since both name
    the graph's inputs.
    """

    def note(args: tuple[Any, ...]) -> None:
        if types := name_script_object_types(args):
            tracing.fact("script_inputs_while_tracing", types)

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
