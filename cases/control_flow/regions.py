"""Regions that keep their own graph: checkpoints, marked regions, functions with own backwards."""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import checkpoint as checkpointing
from torch.utils.checkpoint import checkpoint

from graph_goldens import Case, NoBreaks, case

# From 2.5 on; before, nothing is found, and the case is unavailable.
_POLICY_CONTEXTS = getattr(checkpointing, "create_selective_checkpoint_contexts", print)


class Doubles(torch.autograd.Function):
    """Squares, with a backward that saves its input and a number."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, factor: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.factor = factor
        return x * x * factor

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return gradient * 2 * x * ctx.factor, None


def _mark(function: Any) -> Any:
    """Mark a function as a region that is compiled once; the mark came with 2.8."""
    mark = getattr(torch.compiler, "nested_compile_region", None)
    return mark(function) if mark else function


@_mark
def _twist(x: Tensor, weight: Tensor) -> Tensor:
    return torch.tanh(x @ weight)


@case
def checkpoint_region() -> Case:
    """A block that is computed again in the backward, dropout and its random state included."""

    class Recomputes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.block = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Dropout(0.5))

        def forward(self, x: Tensor) -> Tensor:
            recomputed: Tensor = checkpoint(self.block, x, use_reentrant=False)
            return recomputed

    return Case(Recomputes(), args=(torch.randn(2, 3),), claims=[NoBreaks()])


@case
def checkpoint_by_policy() -> Case:
    """A policy keeps the products and computes the rest again: marks on nodes that partitioning reads."""
    contexts = partial(_POLICY_CONTEXTS, [torch.ops.aten.mm.default])

    def compute(x: Tensor, weight: Tensor) -> Tensor:
        recomputed: Tensor = checkpoint(
            lambda x, weight: torch.sigmoid(x @ weight).sin(),
            x,
            weight,
            use_reentrant=False,
            context_fn=contexts,
        )
        return recomputed

    args = (torch.randn(2, 3), torch.randn(3, 3, requires_grad=True))
    return Case(compute, args=args, torch=">=2.5")


@case
def region_compiled_once() -> Case:
    """A marked region that is called twice is one graph with two calls, `invoke_subgraph`."""

    def call_twice(x: Tensor, weight: Tensor) -> Tensor:
        twisted: Tensor = _twist(_twist(x, weight), weight)
        return twisted + 1

    args = (torch.randn(2, 3), torch.randn(3, 3, requires_grad=True))
    return Case(call_twice, args=args, torch=">=2.8")


@case
def autograd_function() -> Case:
    """A function with a backward of its own: one operator with two graphs, or inlined."""
    return Case(
        lambda x: Doubles.apply(x, 3.0).sum(),
        args=(torch.randn(2, 3, requires_grad=True),),
        claims=[NoBreaks()],
    )
