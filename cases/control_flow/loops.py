"""Loops as operators: `while_loop`, `scan`, `associative_scan`, `map`."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from graph_goldens import Case, Claim, Contains, NoBreaks, case

EXPORT = ("export", "export-pre-dispatch")


def _find(module: str, name: str) -> Callable[..., Any]:
    """Find an operator of higher order; where a version lacks it, what is found cannot be called."""
    try:
        found: Callable[..., Any] = getattr(import_module(f"torch._higher_order_ops.{module}"), name)
    except (ImportError, AttributeError):
        return NotImplemented
    return found


@case
def while_loop() -> Case:
    """A counter and a tensor are carried until the counter says stop."""
    loop = _find("while_loop", "while_loop")

    def repeat(steps: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        repeated: tuple[Tensor, Tensor] = loop(
            lambda steps, x: steps > 0, lambda steps, x: (steps - 1, x * 2), (steps, x)
        )
        return repeated

    # PyTorch 2.6 says of it that it must be compiled completely.
    captured = Contains("higher_order.while_loop", graph="program", paths=EXPORT, torch="!=2.6.*")
    claims: list[Claim] = [captured, NoBreaks()]
    return Case(repeat, args=(torch.tensor(3), torch.ones(2, 3)), claims=claims)


@case
def while_loop_closes_over_module() -> Case:
    """The body applies a module of its own: parameters that the loop does not change are inputs apart."""
    loop = _find("while_loop", "while_loop")

    class Iterates(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.step = nn.Linear(3, 3)

        def forward(self, steps: Tensor, x: Tensor) -> Tensor:
            _, iterated = loop(
                lambda steps, x: steps > 0, lambda steps, x: (steps - 1, self.step(x).tanh()), (steps, x)
            )
            last: Tensor = iterated
            return last

    return Case(Iterates(), args=(torch.tensor(3), torch.ones(2, 3)), contexts=(torch.no_grad,))


@case
def while_loop_counts_in_python() -> Case:
    """A counter that is a number of Python becomes a symbol without a known value."""
    loop = _find("while_loop", "while_loop")

    def repeat(x: Tensor) -> Tensor:
        _, repeated = loop(lambda i, x: i < 3, lambda i, x: (i + 1, x + i), (0, x))
        last: Tensor = repeated
        return last

    return Case(repeat, args=(torch.zeros(2, 3),))


@case
def scan() -> Case:
    """A running state and what is stacked of each step; the operator came with 2.6."""

    over_rows = _find("scan", "scan")

    def accumulate(x: Tensor) -> tuple[Tensor, Tensor]:
        scanned: tuple[Tensor, Tensor] = over_rows(
            lambda carry, row: (carry + row, carry * row), torch.zeros(3), x, dim=0
        )
        return scanned

    return Case(accumulate, args=(torch.randn(4, 3),), torch=">=2.6")


@case
def scan_training() -> Case:
    """A recurrent cell by scan, whose weights require gradients: the backward scans the other way."""

    over_steps = _find("scan", "scan")

    def run(x: Tensor, weight: Tensor) -> Tensor:
        def step(state: Tensor, row: Tensor) -> tuple[Tensor, Tensor]:
            following = torch.tanh(state @ weight + row)
            return following, following.clone()

        _, states = over_steps(step, torch.zeros(2, 3), x)
        stacked: Tensor = states
        return stacked

    return Case(run, args=(torch.randn(4, 2, 3), torch.randn(3, 3, requires_grad=True)), torch=">=2.6")


@case
def associative_scan() -> Case:
    """Pairs of gate and input, combined in any grouping, as state-space models do."""

    scan_pairs = _find("associative_scan", "associative_scan")

    def combine(a: tuple[Tensor, Tensor], b: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return a[0] * b[0], b[0] * a[1] + b[1]

    def accumulate(gates: Tensor, x: Tensor) -> Tensor:
        _, states = scan_pairs(combine, (gates, x), dim=1, combine_mode="generic")
        scanned: Tensor = states
        return scanned

    return Case(accumulate, args=(torch.rand(2, 4, 3), torch.randn(2, 4, 3)), torch=">=2.6")


@case
def map_over_rows() -> Case:
    """A function of each row, with a tensor that all rows share, and the backward of both."""
    mapped = import_module("functorch.experimental.control_flow").map

    def apply(rows: Tensor, shared: Tensor) -> Tensor:
        each: Tensor = mapped(lambda row, shared: (row * shared).sin(), rows, shared)
        return each

    args = (torch.randn(3, 2, requires_grad=True), torch.randn(2, requires_grad=True))
    return Case(apply, args=args)
